import { Iso8583Error, requestMti } from '@zhanggui/iso8583';
import { spendableBalance } from './balance.ts';
import type { DialectAnswer, ManagementAnswer } from './dialect.ts';

/** A message of any dialect that numbers its fields as ISO 8583:1987 does. */
export interface NumberedMessage {
  readonly mti: string;
  readonly fields: {
    readonly 4?: string | undefined;
    readonly 11?: string | undefined;
    readonly 15?: string | undefined;
    readonly 37?: string | undefined;
    readonly 38?: string | undefined;
    readonly 39?: string | undefined;
    readonly 41?: string | undefined;
    readonly 54?: string | undefined;
    readonly 55?: Uint8Array | undefined;
  };
}

/** What an answer decides, whatever the dialect; the rest of it each dialect tells in fields of its own. */
type Decision = Omit<DialectAnswer, 'hostTime' | 'texts' | 'domestic' | 'demand' | 'mac'>;

/**
 * The decision of a financial answer.
 * @throws Iso8583Error `bad-mti` for a request, such as one of ours that is sent back; `missing-field`.
 */
export function decisionOf(message: NumberedMessage): Decision {
  const { mti, fields } = message;
  if (requestMti(mti) === mti) throw new Iso8583Error('bad-mti', 'a request is no answer', { path: 'mti' });
  return {
    ...marksOfAnswer(message),
    rrn: fields[37]?.trim() || null,
    authorizationCode: fields[38]?.trim() || null,
    amountMinor: fields[4] === undefined ? null : Number(fields[4]),
    chip: fields[55] ?? null,
    balance: spendableBalance(fields[54]),
    settlementDate: fields[15] ?? null,
  };
}

/** What every answer must tell. @throws Iso8583Error `missing-field`. */
export function marksOfAnswer({
  fields,
}: NumberedMessage): Pick<ManagementAnswer, 'responseCode' | 'terminalId' | 'stan'> {
  return {
    responseCode: required(fields[39], '39'),
    terminalId: required(fields[41], '41'),
    stan: required(fields[11], '11'),
  };
}

/**
 * Type of the request, trace number and terminal: the answer's type is the request's with its third digit raised. Null for
 * bytes that `read` cannot read, and for messages without these fields.
 */
export function correlationOf(read: () => NumberedMessage): string | null {
  try {
    const { mti, fields } = read();
    if (fields[11] === undefined || fields[41] === undefined) return null;
    return `${requestMti(mti)}/${fields[11]}/${fields[41]}`;
  } catch (error) {
    if (error instanceof Iso8583Error) return null;
    throw error;
  }
}

/**
 * The message, where it is one of these types.
 * @throws Iso8583Error `bad-mti` for any other.
 */
export function ofType<Read extends { readonly mti: string }>(message: Read, types: readonly string[]): Read {
  if (!types.includes(message.mti))
    throw new Iso8583Error('bad-mti', 'the message is not the answer that is read here', { path: 'mti' });
  return message;
}

/** @throws Iso8583Error `missing-field`. */
export function required<Value>(value: Value | undefined, path: string): Value {
  if (value === undefined) throw new Iso8583Error('missing-field', `${path}: the answer lacks this field`, { path });
  return value;
}
