import { concatBytes, fromHex, Refusal, toHex } from '@zhanggui/base';
import { decodePayload, type Message, pack, responseMti, unpack } from '@zhanggui/iso8583';
import { expect } from 'vitest';
import type { RequestKind } from './api.ts';
import type { AcquirerDialect, CardDetails, DialectRequest } from './dialect.ts';

/** A dialect under test and what it is expected to have messages for. */
export interface DialectSubject {
  readonly dialect: AcquirerDialect;
  readonly kinds: readonly RequestKind[];
  /** Of the kinds, those whose missing answer is met with a reversal. */
  readonly reversible: readonly RequestKind[];
}

/** One thing that every dialect does. */
export interface DialectCase {
  readonly title: string;
  run(subject: DialectSubject): void;
}

const ALL_KINDS: readonly RequestKind[] = [
  'sale',
  'void',
  'refund',
  'pre-authorization',
  'pre-authorization-void',
  'completion',
  'completion-advice',
  'completion-void',
  'balance-inquiry',
  'offline-sale',
  'offline-adjustment',
  'qr-sale',
  'script-result',
  'signature-upload',
];
const TRACE = {
  acquirerId: 'bank',
  terminalId: 'T0000042',
  acceptorId: '898310054110001',
  stan: '000079',
  batchNumber: '000012',
};
const AT = Date.parse('2026-11-22T16:30:00Z');
const PAN = '6200000000000000018';
const TRACK = '6200000000000000018D31122200000000';
const PIN_BLOCK = fromHex('0011223344556677');
const CODE = '6284957381940238471';
const CHIP = fromHex(
  '9F2608ED1D6BA78357FB259F2701809F100807010103A0A010019F3704112233449F360201C0950500000000009F1E0831323334353637389A03261123DF310520DEADBEEF',
);
const SIGNATURE = '0102030405060708';
const MAC = fromHex('3132333435363738');
/** Track data, PIN and what speaks of them: fields of ISO 8583:1987 that a reversal leaves out. */
const SECRET_FIELDS = [26, 35, 36, 52, 53];

/** What every acquirer's dialect is held to. Bytes are read with the codec and the dialect's own specification as data. */
export const dialectCases: readonly DialectCase[] = [
  {
    title: 'there is a message for each kind of request that it says it has, and a refusal for every other',
    run({ dialect, kinds }) {
      expect([...dialect.kinds].sort()).toEqual([...kinds, 'reversal'].sort());
      for (const kind of ALL_KINDS) {
        const request = requestOf(kind);
        if (!kinds.includes(kind)) expect(() => dialect.toMessage(request), kind).toThrow(Refusal);
        else expect(() => dialect.toMessage(request), kind).not.toThrow();
      }
    },
  },
  {
    title: 'each message can be read, names terminal, merchant and trace, and packs again to the same bytes',
    run({ dialect, kinds }) {
      for (const kind of kinds) {
        const payload = dialect.toMessage(requestOf(kind));
        const message = messageOf(dialect, payload);
        expect(message.fields, kind).toMatchObject({ 11: TRACE.stan, 41: TRACE.terminalId, 42: TRACE.acceptorId });
        expect(message.fields[4], kind).toBe(kind === 'balance-inquiry' ? undefined : '000000006220');
        expect(toHex(frontOf(dialect, payload, message)), kind).toBe(toHex(payload));
      }
    },
  },
  {
    title: 'two kinds of request never look the same',
    run({ dialect, kinds }) {
      const looks = kinds.map((kind) => {
        const { mti, fields } = messageOf(dialect, dialect.toMessage(requestOf(kind)));
        return [mti, fields[3], fields[25], fields[22], fields[60]].map(String).join(' ');
      });
      expect(new Set(looks).size).toBe(kinds.length);
    },
  },
  {
    title: 'a reversal has number, amount and processing code of what it undoes, and none of its secrets',
    run({ dialect, kinds, reversible }) {
      for (const kind of kinds) {
        if (!reversible.includes(kind)) {
          expect(() => dialect.toMessage(reversalOf(kind)), kind).toThrow(Refusal);
          continue;
        }
        const undone = messageOf(dialect, dialect.toMessage(requestOf(kind))).fields;
        const { mti, fields } = messageOf(dialect, dialect.toMessage(reversalOf(kind)));
        expect(mti.startsWith('04'), kind).toBe(true);
        for (const number of [3, 4, 11, 25, 41, 42, 49])
          expect(fields[number], `${kind} ${number}`).toBe(undone[number]);
        expect(String(fields[39]), kind).toMatch(/^\w\w$/);
        for (const number of SECRET_FIELDS) expect(fields[number], `${kind} ${number}`).toBeUndefined();
        expect(JSON.stringify(fields), kind).not.toContain(TRACK);
      }
    },
  },
  {
    title: 'an answer has the correlation of its request and of no other',
    run({ dialect, kinds }) {
      for (const kind of kinds) {
        const payload = dialect.toMessage(requestOf(kind));
        const correlation = dialect.correlationOf(payload);
        expect(correlation, kind).not.toBeNull();
        expect(dialect.correlationOf(answerTo(dialect, payload)), kind).toBe(correlation);
        const next = dialect.toMessage({ ...requestOf(kind), trace: { ...TRACE, stan: '000080' } });
        expect(dialect.correlationOf(next), kind).not.toBe(correlation);
      }
      expect(dialect.correlationOf(dialect.toMessage(requestOf('sale')))).not.toBe(
        dialect.correlationOf(dialect.toMessage(reversalOf('sale'))),
      );
    },
  },
  {
    title: 'an answer tells what was decided, whose it is and its MAC',
    run({ dialect }) {
      const answer = answerTo(dialect, dialect.toMessage(requestOf('sale')));
      expect(dialect.fromMessage(answer)).toMatchObject({
        responseCode: '00',
        rrn: '000000000042',
        authorizationCode: '123456',
        amountMinor: 6_220,
        terminalId: TRACE.terminalId,
        stan: TRACE.stan,
        settlementDate: '1123',
        mac: new Uint8Array(8),
      });
      expect(dialect.fromMessage(dialect.withMac(answer, MAC)).mac).toEqual(MAC);
      expect(dialect.fromMessage(withoutMac(dialect, answer)).mac).toBeNull();
    },
  },
  {
    title: 'a message that comes back as it went out is no answer',
    run({ dialect, kinds, reversible }) {
      for (const request of [...kinds.map(requestOf), ...reversible.map(reversalOf)])
        expect(() => dialect.fromMessage(dialect.toMessage(request)), request.kind).toThrow(
          expect.objectContaining({ code: 'bad-mti' }),
        );
    },
  },
  {
    title: 'the MAC covers the whole message: no byte of it can change unseen, and putting it in touches nothing else',
    run({ dialect, kinds }) {
      for (const kind of kinds) {
        const payload = dialect.toMessage(requestOf(kind));
        const covered = toHex(dialect.macInput(payload));
        const signed = dialect.withMac(payload, MAC);
        expect(toHex(dialect.macInput(signed)), kind).toBe(covered);
        const start = payload.length - decodePayload(dialect.framing, payload).message.length;
        expect(covered.length / 2, kind).toBeGreaterThanOrEqual(payload.length - start - 16);
        expect(
          toHex(payload)
            .slice(start * 2)
            .startsWith(covered),
          kind,
        ).toBe(true);
        expect(toHex(signed.subarray(0, start + covered.length / 2)), kind).toBe(
          toHex(payload.subarray(0, start + covered.length / 2)),
        );
      }
    },
  },
  {
    title: 'what is shown of a message holds no account number, track, PIN block, chip data or payment code',
    run({ dialect, kinds, reversible }) {
      const requests = [...kinds.map(requestOf), ...reversible.map(reversalOf)];
      for (const request of requests) {
        const payload = dialect.toMessage(request);
        for (const bytes of [payload, answerTo(dialect, payload), payload.subarray(0, payload.length - 9)]) {
          const text = `${dialect.describe(bytes)} ${bytes.length === payload.length ? dialect.titleOf(bytes) : ''}`;
          for (const secret of secrets()) expect(text, `${request.kind} shows a secret`).not.toContain(secret);
        }
      }
    },
  },
  {
    title: 'a response code that nobody knows is a decline, in both languages',
    run({ dialect }) {
      for (const code of ['ZZ', '', '0', '000', '  ']) {
        const { approved, closesReversal, message } = dialect.meaningOf(code);
        expect([approved, closesReversal], code).toEqual([false, null]);
        expect(
          [message.zh, message.en].every((words) => words !== ''),
          code,
        ).toBe(true);
      }
      expect(dialect.meaningOf('00')).toMatchObject({ approved: true, closesReversal: 'undone' });
    },
  },
  {
    title: 'an answer that is cut or garbled is refused as such and breaks nothing',
    run({ dialect }) {
      const answer = answerTo(dialect, dialect.toMessage(requestOf('sale')));
      for (let length = 0; length < answer.length; length += 1) {
        const cut = answer.subarray(0, length);
        expect(() => dialect.fromMessage(cut), `cut at ${length}`).toThrow(Refusal);
        expect(() => dialect.fromSignOn(cut), `cut at ${length}`).toThrow(Refusal);
        expect(dialect.correlationOf(cut), `cut at ${length}`).toBeNull();
        expect(dialect.describe(cut), `cut at ${length}`).toContain('refused');
      }
      for (const garbled of mutations(answer)) {
        expectAnswerOrRefusal(() => dialect.fromMessage(garbled));
        expectAnswerOrRefusal(() => dialect.fromSignOn(garbled));
        expectAnswerOrRefusal(() => dialect.macInput(garbled));
        expectAnswerOrRefusal(() => dialect.titleOf(garbled));
        expect(dialect.describe(garbled)).not.toContain(PAN);
        dialect.correlationOf(garbled);
      }
    },
  },
  {
    title: 'a sign-on and a line test name the terminal and carry no MAC',
    run({ dialect }) {
      for (const payload of [dialect.toSignOn(TRACE), dialect.toEcho(TRACE)]) {
        const { mti, fields } = messageOf(dialect, payload);
        expect(mti.startsWith('08')).toBe(true);
        expect(fields).toMatchObject({ 11: TRACE.stan, 41: TRACE.terminalId, 42: TRACE.acceptorId });
        expect([fields[64], fields[128]]).toEqual([undefined, undefined]);
        expect(dialect.correlationOf(answerTo(dialect, payload))).toBe(dialect.correlationOf(payload));
      }
    },
  },
  {
    title: 'a refused sign-on hands out nothing',
    run({ dialect }) {
      const refused = answerTo(dialect, dialect.toSignOn(TRACE), { 39: '58' });
      expect(dialect.fromSignOn(refused)).toMatchObject({ responseCode: '58', batchNumber: null, workingKeys: [] });
      expect(() => dialect.fromSignOn(answerTo(dialect, dialect.toMessage(requestOf('sale'))))).toThrow(Refusal);
    },
  },
];

/** A request of one kind, with a card that was just read where the kind begins with one. */
export function requestOf(kind: RequestKind): DialectRequest {
  const fresh = ['sale', 'pre-authorization', 'balance-inquiry'].includes(kind);
  const card: CardDetails = {
    pan: PAN,
    expiry: '3112',
    sequence: '001',
    track2: fresh ? TRACK : null,
    trackEncrypted: false,
    chip: fresh || kind === 'script-result' ? CHIP : null,
    entryMode: 'chip',
    pinEntered: fresh,
    verification: fresh ? 'online-pin' : null,
  };
  const first = fresh || kind === 'qr-sale' || kind === 'offline-sale';
  const original = {
    trace: { ...TRACE, stan: '000078' },
    rrn: '000000000041',
    authorizationCode: '654321',
    createdAt: AT - 60_000,
  };
  return {
    kind,
    trace: TRACE,
    amountMinor: 6_220,
    currency: 'CNY',
    createdAt: AT,
    card: kind === 'qr-sale' ? null : card,
    code: kind === 'qr-sale' ? CODE : null,
    ...(first ? {} : { original }),
    ...(fresh ? { pinBlock: PIN_BLOCK } : {}),
    ...(kind === 'signature-upload' ? { signature: SIGNATURE } : {}),
  };
}

/** The reversal of a request of one kind, as the platform keeps its card: without track and PIN. */
export function reversalOf(reverses: RequestKind): DialectRequest {
  const { card, pinBlock: _, ...request } = requestOf(reverses);
  const kept = card === null ? null : { ...card, track2: null, chip: null };
  return { ...request, kind: 'reversal', reverses, card: kept, reversalReason: '98' };
}

/**
 * Payload of an approving answer to a request, as a host makes it: the request without its secrets, with `changes`.
 * A MAC of zeros stands where the request has room for one.
 */
export function answerTo(
  dialect: AcquirerDialect,
  payload: Uint8Array,
  changes: Readonly<Record<number, string | Uint8Array>> = {},
): Uint8Array {
  const { mti, fields } = messageOf(dialect, payload);
  const kept = Object.fromEntries(
    Object.entries(fields).filter(([number]) => [3, 4, 11, 25, 41, 42, 49, 60, 64, 70, 128].includes(Number(number))),
  );
  const approval = { 15: '1123', 37: '000000000042', 38: '123456', 39: '00' };
  return frontOf(dialect, payload, { mti: responseMti(mti), fields: { ...kept, ...approval, ...changes } });
}

/** The message of a payload, read with the dialect's specification alone. */
export function messageOf(dialect: AcquirerDialect, payload: Uint8Array): Message {
  return unpack(dialect.spec, decodePayload(dialect.framing, payload).message);
}

/** `message` behind whatever stands before the message of `payload`. */
function frontOf(dialect: AcquirerDialect, payload: Uint8Array, message: Message): Uint8Array {
  const before = payload.length - decodePayload(dialect.framing, payload).message.length;
  return concatBytes(payload.subarray(0, before), pack(dialect.spec, message));
}

function withoutMac(dialect: AcquirerDialect, payload: Uint8Array): Uint8Array {
  const { mti, fields } = messageOf(dialect, payload);
  const { 64: _64, 128: _128, ...rest } = fields;
  return frontOf(dialect, payload, { mti, fields: rest });
}

function secrets(): string[] {
  const track = TRACK.replace('D', '=');
  const bytes = [PIN_BLOCK, CHIP, fromHex('ED1D6BA78357FB25')].map(toHex);
  return [PAN, TRACK, track, TRACK.slice(20), CODE, ...bytes];
}

/** The same bytes spoiled in a thousand ways, the same each time. */
function* mutations(bytes: Uint8Array): Generator<Uint8Array> {
  let state = 20_261_123;
  const below = (limit: number): number => {
    // Numerical Recipes' linear congruential generator.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % limit;
  };
  for (let round = 0; round < 1_000; round += 1) {
    const spoiled = bytes.slice();
    for (let change = 0; change <= below(4); change += 1) spoiled[below(spoiled.length)] = below(256);
    yield round % 3 === 0 ? spoiled.subarray(0, below(spoiled.length)) : spoiled;
  }
}

function expectAnswerOrRefusal(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
  }
}
