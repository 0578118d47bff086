import type { Currency } from '@zhanggui/base';
import type { IssuerAnswer, ReadRequest } from '@zhanggui/terminal';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { documentOf } from '../printer/print-job.ts';
import type { Printer } from '../printer/printer.ts';
import { PrinterError } from '../printer/printer-status.ts';
import type { ReaderService } from '../reader/reader-service.ts';
import type { Answer, TillRequest, TillRoutes } from './agent-server.ts';

/** What a paired till can reach. */
export interface Devices {
  readonly printer: Printer | undefined;
  readonly reader: ReaderService;
  readonly readerId: () => string;
  readonly pinPad: 'software' | null;
}

const oneOf = (...values: readonly string[]) => Type.Union(values.map((value) => Type.Literal(value)));

const isReadRequest = Compile(
  Type.Object({
    purpose: oneOf('sale', 'pre-authorization', 'refund', 'void', 'balance'),
    amountMinor: Type.Integer({ minimum: 0, maximum: 999_999_999_999 }),
    currency: oneOf('CNY', 'HKD', 'USD', 'EUR', 'JPY'),
    language: oneOf('zh', 'en'),
  }),
);
const isIssuerAnswer = Compile(
  Type.Object({
    decision: oneOf('approve', 'decline', 'unable-to-go-online'),
    responseCode: Type.String({ pattern: '^([0-9A-Z]{2})?$' }),
    data: Type.String({ pattern: '^([0-9A-Fa-f]{2})*$', maxLength: 2000 }),
  }),
);
const isChoice = Compile(Type.Object({ id: Type.String({ maxLength: 40 }) }));

const DONE: Answer = { status: 204 };
const NOT_UNDERSTOOD: Answer = { status: 422, body: { code: 'malformed' } };

/** The agent's HTTP interface for paired tills: `docs/operating/agent.md`. */
export function tillRoutes(devices: Devices): TillRoutes {
  return async (request) => {
    const { method, path } = request;
    switch (`${method} ${path}`) {
      case 'GET /devices':
        return devicesAnswer(devices);
      case 'POST /print':
        return print(devices.printer, request.body);
      case 'POST /drawer':
        return use(devices.printer, (printer) => printer.openDrawer());
      case 'POST /reader/requests':
        return startRead(devices.reader, request.body);
      default: {
        const [, requestId, step = ''] = /^\/reader\/requests\/([\w-]{36})(?:\/([a-z-]+))?$/.exec(path) ?? [];
        return requestId === undefined ? undefined : readStep(devices.reader, requestId, `${method} ${step}`, request);
      }
    }
  };
}

async function devicesAnswer({ printer, reader, readerId, pinPad }: Devices): Promise<Answer> {
  const ready = await reader.readiness();
  return {
    status: 200,
    body: {
      printer: printer === undefined ? null : { kind: printer.kind, paper: printer.paper },
      reader:
        typeof ready === 'string'
          ? { state: ready, readers: [], readerId: readerId() }
          : { state: 'ready', readers: ready.readers, readerId: readerId() },
      pinPad,
    },
  };
}

function print(printer: Printer | undefined, body: unknown): Promise<Answer> {
  const document = documentOf(body);
  if (document === undefined) return Promise.resolve(NOT_UNDERSTOOD);
  return use(printer, (there) => there.print(document));
}

async function use(printer: Printer | undefined, work: (printer: Printer) => Promise<void>): Promise<Answer> {
  if (printer === undefined) return { status: 409, body: { code: 'no-printer' } };
  try {
    await work(printer);
    return DONE;
  } catch (error) {
    if (error instanceof PrinterError) return { status: 502, body: { code: error.trouble } };
    throw error;
  }
}

async function startRead(reader: ReaderService, body: unknown): Promise<Answer> {
  if (!isReadRequest.Check(body)) return NOT_UNDERSTOOD;
  const { amountMinor, purpose, currency, language } = body as ReadRequest & { readonly currency: Currency };
  if (amountMinor === 0 && purpose !== 'balance') return NOT_UNDERSTOOD;
  const started = await reader.start({ purpose, amountMinor, currency, language });
  return typeof started === 'string' ? { status: 409, body: { code: started } } : { status: 201, body: started };
}

async function readStep(
  reader: ReaderService,
  requestId: string,
  step: string,
  { body, query, gone }: TillRequest,
): Promise<Answer | undefined> {
  const told = (known: boolean, status: number): Answer =>
    known ? { status } : { status: 409, body: { code: 'nobody-waits-for-it' } };
  switch (step) {
    case 'GET result': {
      const result = await reader.result(requestId, query.get('wait') !== '0', Number(query.get('after') ?? 0), gone);
      return result === undefined ? { status: 404, body: { code: 'no-such-request' } } : { status: 200, body: result };
    }
    case 'POST issuer-answer':
      if (!isIssuerAnswer.Check(body)) return NOT_UNDERSTOOD;
      return told(reader.answer(requestId, body as IssuerAnswer), 202);
    case 'POST choose':
      return isChoice.Check(body) ? told(reader.choose(requestId, body.id), 204) : NOT_UNDERSTOOD;
    case 'DELETE ':
      return told(reader.cancel(requestId), 204);
    default:
      return undefined;
  }
}
