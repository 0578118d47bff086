import { Iso8583Error, type ProcessingRequest, TERMINAL_SETTINGS, type TerminalSettings } from '@zhanggui/iso8583';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Bank } from './bank.ts';
import type { HostFault } from './bank-faults.ts';
import { MESSAGE_KINDS } from './dialects/message-kinds.ts';
import { PIN_TRIES } from './issuer/card-states.ts';
import type { Standing } from './issuer/issued-card.ts';
import { isScriptName } from './issuer/scripts.ts';
import { readFault } from './read-fault.ts';

const STANDINGS: readonly Standing[] = ['good', 'lost', 'stolen', 'restricted', 'pick-up', 'inactive'];
const PROCESSING: readonly ProcessingRequest[] = [
  'none',
  'download-terminal-parameters',
  'upload-status',
  'sign-on',
  'update-ca-keys',
  'download-ic-parameters',
  'download-bin-blacklist',
];
const LONGEST_SECONDS = 600;
const MOST_ENTRIES = 100_000;

/** Routes of the bank's page and of tests: its book, its faults, its line, its cards, its terminals. */
export function registerBank(app: FastifyInstance, bank: Bank): void {
  viewRoutes(app, bank);
  faultRoutes(app, bank);
  lineRoutes(app, bank);
  cardRoutes(app, bank);
  terminalRoutes(app, bank);
}

function viewRoutes(app: FastifyInstance, { host, line }: Bank): void {
  app.get<{ Querystring: { limit?: string } }>('/bank/book', async ({ query }) => {
    const limit = Math.min(Math.max(Number(query.limit ?? 200) || 200, 1), MOST_ENTRIES);
    return {
      authorizations: host.book.authorizations(limit),
      reversals: host.book.reversals(limit),
      settlements: host.book.settlements(limit),
      accounts: host.cards.accounts(host.book, host.states),
      sums: host.book.sums(),
    };
  });

  app.get('/bank/status', async () => ({
    up: line.isUp,
    port: line.port,
    transport: line.transport.kind,
    dialect: host.dialect.id,
    connections: line.connections,
    settlementOn: host.settlementOn,
    changingDay: host.isChangingDay,
    terminals: host.terminals.status(),
    faults: host.faults.view(),
  }));
}

interface FaultBody {
  /** The card that meets it; absent for the next messages of any card. */
  cardId?: string;
  fault?: unknown;
  /** Message types (`0200`) or kinds (`void`); requests for a decision when absent. */
  messages?: unknown;
  /** How many messages meet it; null until it is lifted. One when absent, for a card until it is lifted. */
  count?: number | null;
}

function faultRoutes(app: FastifyInstance, { host }: Bank): void {
  app.post<{ Body: FaultBody | null }>('/bank/faults', async ({ body }, reply) => {
    const { cardId, count } = body ?? {};
    const fault = body?.fault === null ? null : readFault(body?.fault);
    const messages = textsOf(body?.messages);
    const counted = count == null || (Number.isInteger(count) && count >= 1);
    if (fault === undefined || messages === null || !counted) return refuse(reply, 'bad-fault');
    if (fault !== null && neverHappens(fault, messages, cardId)) return refuse(reply, 'never-happens');
    if (cardId !== undefined && host.cards.byId(cardId) === undefined) return refuse(reply, 'no-such-card');
    const target = { ...(messages === undefined ? {} : { messages }), ...(count == null ? {} : { count }) };
    if (cardId !== undefined) host.faults.setCard(cardId, fault, target);
    else if (fault !== null) host.faults.addNext(fault, messages, count === undefined ? 1 : count);
    else return refuse(reply, 'bad-fault');
    return host.faults.view();
  });

  app.delete('/bank/faults', async () => {
    host.faults.reset();
    return host.faults.view();
  });
}

function lineRoutes(app: FastifyInstance, bank: Bank): void {
  const { host, line } = bank;
  app.post<{ Body: { up?: unknown } | null }>('/bank/line', async ({ body }, reply) => {
    if (typeof body?.up !== 'boolean') return refuse(reply, 'bad-line');
    if (body.up) await line.up();
    else await line.down();
    return { up: line.isUp };
  });

  app.post<{ Body: { seconds?: unknown } | null }>('/bank/restart', async ({ body }, reply) => {
    const seconds = secondsOf(body?.seconds, 0);
    if (seconds === null) return refuse(reply, 'bad-seconds');
    await bank.restart(seconds * 1_000);
    return { up: line.isUp };
  });

  app.post<{ Body: { seconds?: unknown } | null }>('/bank/day-change', async ({ body }, reply) => {
    const seconds = secondsOf(body?.seconds, 0);
    if (seconds === null) return refuse(reply, 'bad-seconds');
    host.changeDay(seconds);
    return { settlementOn: host.settlementOn };
  });

  app.post('/bank/forget-keys', async () => {
    host.terminals.forgetKeys();
    return { terminals: host.terminals.status() };
  });
}

interface CardBody {
  standing?: Standing;
  pinTries?: 'reset';
  /** Commands that the next online answer to this card takes along. */
  scripts?: unknown;
}

function cardRoutes(app: FastifyInstance, { host }: Bank): void {
  app.post<{ Params: { cardId: string }; Body: CardBody | null }>('/bank/cards/:cardId', async (asked, reply) => {
    const { cardId } = asked.params;
    const { standing, pinTries, scripts } = asked.body ?? {};
    if (host.cards.byId(cardId) === undefined) return refuse(reply, 'no-such-card');
    if (standing !== undefined && !STANDINGS.includes(standing)) return refuse(reply, 'bad-standing');
    if (scripts !== undefined && !(Array.isArray(scripts) && scripts.every(isScriptName)))
      return refuse(reply, 'bad-script');
    host.states.change(cardId, {
      ...(standing === undefined ? {} : { standing }),
      ...(pinTries === 'reset' ? { pinTriesLeft: PIN_TRIES } : {}),
      ...(scripts === undefined ? {} : { scripts }),
    });
    return host.states.of(cardId);
  });

  app.post<{ Body: { cardId?: unknown } | null }>('/bank/codes', async ({ body }, reply) => {
    const cardId = body?.cardId;
    if (typeof cardId !== 'string' || host.cards.byId(cardId) === undefined) return refuse(reply, 'no-such-card');
    return reply.code(201).send(host.codes.issue(cardId, host.now()));
  });
}

function terminalRoutes(app: FastifyInstance, { host }: Bank): void {
  app.post<{ Body: { terminalId?: unknown; request?: unknown } | null }>(
    '/bank/processing',
    async ({ body }, reply) => {
      const request = PROCESSING.find((known) => known === body?.request);
      if (request === undefined) return refuse(reply, 'bad-request');
      const all = host.terminals.status().map(({ terminalId }) => terminalId);
      const chosen = body?.terminalId === undefined ? all : all.filter((terminalId) => terminalId === body.terminalId);
      if (chosen.length === 0) return refuse(reply, 'no-such-terminal');
      for (const terminalId of chosen) host.terminals.ask(terminalId, request);
      return { terminals: host.terminals.status() };
    },
  );

  app.post('/bank/parameters', async ({ body }, reply) => {
    const parameters = parametersOf(body);
    if (parameters === null) return refuse(reply, 'bad-parameters');
    try {
      host.terminals.tell(parameters);
    } catch (error) {
      if (error instanceof Iso8583Error) return refuse(reply, 'bad-parameters');
      throw error;
    }
    return host.terminals.parameters;
  });
}

/** Parameters of the field's tags, as text; null for anything else. */
function parametersOf(given: unknown): TerminalSettings | null {
  if (typeof given !== 'object' || given === null) return null;
  const entries = Object.entries(given);
  const isKnown = ([name, value]: [string, unknown]): boolean => name in TERMINAL_SETTINGS && typeof value === 'string';
  return entries.every(isKnown) ? given : null;
}

/** Working keys go out at a sign-on alone, which shows no card; and a message of no known type or kind is never met. */
function neverHappens(
  { kind }: HostFault,
  messages: readonly string[] | undefined,
  cardId: string | undefined,
): boolean {
  const isKnown = (message: string): boolean =>
    /^0\d{3}$/.test(message) || MESSAGE_KINDS.some((known) => known === message);
  if (messages !== undefined && (messages.length === 0 || !messages.every(isKnown))) return true;
  if (kind !== 'wrong-check-value') return false;
  return (
    cardId !== undefined || (messages ?? ['sign-on']).every((message) => message !== 'sign-on' && message !== '0800')
  );
}

/** Texts of a body; undefined when they are absent, null when they are something else. */
function textsOf(given: unknown): readonly string[] | undefined | null {
  if (given === undefined) return undefined;
  return Array.isArray(given) && given.every((text) => typeof text === 'string') ? given : null;
}

function secondsOf(given: unknown, absent: number): number | null {
  const seconds = given === undefined ? absent : Number(given);
  return seconds >= 0 && seconds <= LONGEST_SECONDS ? seconds : null;
}

function refuse(reply: FastifyReply, code: string): FastifyReply {
  return reply.code(422).send({ code });
}
