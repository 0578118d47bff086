import { join } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type BankFault, cardById } from '../cards/cards.ts';
import { FINANCIAL } from './bank-faults.ts';
import { BankHost } from './bank-host.ts';
import { BankLine } from './bank-line.ts';
import type { TerminalGrant } from './bank-terminals.ts';
import { loadCertificates } from './certificates.ts';

/** What a merchant's side must know to reach the bank. */
export interface BankCredentials {
  readonly host: string;
  readonly port: number;
  /** The authority that signed the host's certificate. */
  readonly caPem: string;
  readonly dialect: 'cups';
  readonly settings: { readonly tpdu: string; readonly header: string };
  readonly terminals: readonly TerminalGrant[];
}

/** The bank host at work. */
export interface Bank {
  readonly host: BankHost;
  readonly line: BankLine;
  credentials(): BankCredentials;
  close(): Promise<void>;
}

const SETTINGS = { tpdu: '6000030000', header: '603100310000' };

/** Where a bank host listens and keeps its things. */
export interface BankOptions {
  readonly dataFolder: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Multiplies the seconds of its faults. */
  readonly timeScale?: number;
}

/** Starts the bank host on 127.0.0.1. */
export async function openBank({ dataFolder, port, timeScale = 1 }: BankOptions): Promise<Bank> {
  const host = new BankHost(dataFolder, timeScale);
  const certificates = loadCertificates(join(dataFolder, 'bank-certificates.json'));
  const line = new BankLine(host, certificates);
  await line.up(port);
  return {
    host,
    line,
    credentials: () => ({
      host: '127.0.0.1',
      port: line.port,
      caPem: certificates.caPem,
      dialect: 'cups',
      settings: SETTINGS,
      terminals: host.terminals.grants(),
    }),
    close: () => line.down(),
  };
}

/** Routes of the bank's page and of tests: its book, its faults, its line. */
export function registerBank(app: FastifyInstance, { host, line }: Bank): void {
  viewRoutes(app, host, line);
  faultRoutes(app, host, line);
}

function viewRoutes(app: FastifyInstance, host: BankHost, line: BankLine): void {
  app.get<{ Querystring: { limit?: string } }>('/bank/book', async ({ query }) => {
    const limit = Math.min(Math.max(Number(query.limit ?? 200) || 200, 1), 100_000);
    return { authorizations: host.book.authorizations(limit), accounts: host.book.accounts() };
  });

  app.get('/bank/status', async () => ({
    up: line.isUp,
    port: line.port,
    connections: line.connections,
    terminals: host.terminals.status(),
    faults: host.faults.view(),
  }));
}

interface FaultBody {
  /** The card that meets it; absent for the next messages of any card. */
  cardId?: string;
  fault?: unknown;
  messages?: string[];
  count?: number;
}

function faultRoutes(app: FastifyInstance, host: BankHost, line: BankLine): void {
  app.post<{ Body: FaultBody | null }>('/bank/faults', async ({ body }, reply) => {
    const { cardId, messages = [...FINANCIAL], count = 1 } = body ?? {};
    const fault = body?.fault === null ? null : readFault(body?.fault);
    if (fault === undefined || !Number.isInteger(count) || count < 1) return refuse(reply, 'bad-fault');
    if (cardId !== undefined && cardById(cardId) === undefined) return refuse(reply, 'no-such-card');
    if (cardId !== undefined) host.faults.setCard(cardId, fault);
    else if (fault !== null) host.faults.addNext(fault, messages, count);
    else return refuse(reply, 'bad-fault');
    return host.faults.view();
  });

  app.delete('/bank/faults', async () => {
    host.faults.reset();
    return host.faults.view();
  });

  app.post<{ Body: { up?: unknown } | null }>('/bank/line', async ({ body }, reply) => {
    if (typeof body?.up !== 'boolean') return refuse(reply, 'bad-line');
    if (body.up) await line.up();
    else await line.down();
    return { up: line.isUp };
  });

  app.post('/bank/forget-keys', async () => {
    host.terminals.forgetKeys();
    return { terminals: host.terminals.status() };
  });
}

/** The fault that a body names, checked; undefined when it is none. */
function readFault(given: unknown): BankFault | undefined {
  if (typeof given !== 'object' || given === null || !('kind' in given)) return undefined;
  const { kind } = given;
  const seconds = 'seconds' in given ? Number(given.seconds) : Number.NaN;
  const code = 'code' in given ? String(given.code) : '';
  switch (kind) {
    case 'silent':
    case 'deaf':
    case 'wrong-mac':
    case 'disconnect':
    case 'garbage':
    case 'duplicate':
      return { kind };
    case 'late':
    case 'stuck':
      return seconds >= 0 && seconds <= 600 ? { kind, seconds } : undefined;
    case 'decline':
      return /^[0-9A-Z]{2}$/.test(code) && code !== '00' ? { kind, code } : undefined;
    default:
      return undefined;
  }
}

function refuse(reply: FastifyReply, code: string): FastifyReply {
  return reply.code(422).send({ code });
}
