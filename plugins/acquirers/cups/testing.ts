import { fromHex, toHex } from '@zhanggui/base';
import { cupsFraming, cupsPos, decodePayload, unpack } from '@zhanggui/iso8583';
import type { CardDetails, DialectRequest } from '@zhanggui/modules/switch/dialect.ts';
import { cups } from './plugin.ts';

export const SETTINGS = { tpdu: '6000030000', header: '603100310000' };
export const dialect = cups.create(SETTINGS);
export const trace = {
  acquirerId: 'bank',
  terminalId: '12345678',
  acceptorId: '898310054110001',
  stan: '000007',
  batchNumber: '000012',
};
export const card: CardDetails = {
  pan: '6200000000000000018',
  expiry: '3112',
  sequence: '001',
  track2: '6200000000000000018D31122200000000',
  chip: null,
  trackEncrypted: false,
  entryMode: 'chip',
  pinEntered: true,
  verification: 'online-pin',
};
/** The card as it is kept behind its payment. */
export const kept: CardDetails = { ...card, track2: null };
/** 2026-11-23 in Beijing. */
export const AT = Date.parse('2026-11-22T16:30:00Z');
export const sale: DialectRequest = {
  kind: 'sale',
  trace,
  amountMinor: 6_220,
  currency: 'CNY',
  createdAt: AT,
  card,
  code: null,
  pinBlock: fromHex('0011223344556677'),
};
/** What a later request goes back to. */
export const original = { trace, rrn: '000000000042', authorizationCode: '000042', createdAt: AT };
/** A later request about `original`, without its kind. */
export const later = {
  trace: { ...trace, stan: '000009' },
  amountMinor: 6_220,
  currency: 'CNY',
  createdAt: AT,
  card: kept,
  code: null,
  original,
} as const;
export const EMPTY_MAC = '0000000000000000';

/** Fields of a payload with its type, bytes as hexadecimal. */
export function fieldsOf(payload: Uint8Array): Record<string, string> {
  const { mti, fields } = unpack(cupsPos, decodePayload(cupsFraming, payload).message);
  const shown = Object.entries(fields).map(([number, value]) => [
    number,
    value instanceof Uint8Array ? toHex(value) : String(value),
  ]);
  return { mti, ...Object.fromEntries(shown) };
}
