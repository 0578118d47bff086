/**
 * ISO 8583 messages: a dialect is data, and one codec reads, writes and prints them all.
 *
 * ```ts
 * import { cupsFraming, cupsPos, decodeFrame, encodeFrame, pack, unpack } from '@zhanggui/iso8583';
 *
 * const packed = pack(cupsPos, { mti: '0200', fields: { 3: '000000', 4: '000000001111', 11: '000079' } });
 * const wire = encodeFrame(cupsFraming, { tpdu: '6000030000', header: '603100310100', message: packed });
 * const { fields } = unpack(cupsPos, decodeFrame(cupsFraming, wire).message);
 * fields[4]; // '000000001111', typed from the dialect: text for n/an/ans/z, Uint8Array for b and BER-TLV
 * ```
 *
 * - `pack(spec, message)`, `unpack(spec, bytes)`, `dissect(spec, bytes)` (fields with their byte offsets),
 *   `describe(spec, message | bytes)` (text for people, masked).
 * - Links: `Framing`, `encodeFrame`, `decodeFrame`, `Deframer` (streaming), `answerTpdu`.
 * - Inside fields: `decodeSubFields`, `encodeSubFields`, `decodeDataObjects`, `encodeDataObjects`.
 * - China UnionPay terminals: `cupsPos`, `cupsFraming`, `parseField60`, `formatField60`, `parseField61`,
 *   `formatField61`, `parseSettlement`, `formatSettlement`, `parseBatchUpload`, `formatBatchUpload`,
 *   `splitWorkingKeys`, `joinWorkingKeys`, `splitMac`, `setMac`, `transactionKind`.
 *
 * - Other dialects: `iso87Ascii`, `iso87Bcd`, `iso87Mixed`, `iso87Ebcdic`, `iso93Ascii`, `iso93Bcd`, `iso2003`, `cupsHost`.
 *
 * Every refusal is an `Iso8583Error` with `code`, `path` (`35`, `60.2`) and `offset`; it never holds the refused value.
 */
export { decodeBcd, encodeBcd } from './bcd.ts';
export { decodeBitmap, encodeBitmap } from './bitmap.ts';
export { type DescribeOptions, describe } from './describe.ts';
export { decodeEbcdic, encodeEbcdic } from './ebcdic.ts';
export { Iso8583Error } from './error.ts';
export { decodeField, encodeField } from './field.ts';
export {
  answerTpdu,
  Deframer,
  decodeFrame,
  decodeLength,
  decodePayload,
  encodeFrame,
  encodeLength,
  type Frame,
  type Framing,
} from './frame.ts';
export { maskPan } from './mask.ts';
export { compile, type DissectedField, type Dissection, dissect, pack, unpack } from './message.ts';
export { describeMti, type MtiMeaning, requestMti, responseMti } from './mti.ts';
export { decodePrefix, encodePrefix, type PrefixSpec } from './prefix.ts';
export type {
  CodePage,
  Coding,
  Encoding,
  FieldSpec,
  Fields,
  FieldType,
  Message,
  Padding,
  PartSpec,
  Prefix,
  PrefixEncoding,
  Sensitivity,
  Spec,
  SubFieldSpec,
  ValueOf,
} from './spec.ts';
export * from './specs/cups-downloads.ts';
export * from './specs/cups-fields.ts';
export * from './specs/cups-header.ts';
export {
  CUPS_HOST_HEADER_BYTES,
  type CupsHostHeader,
  cupsHost,
  decodeCupsHostHeader,
  encodeCupsHostHeader,
} from './specs/cups-host.ts';
export { nextBatchNumber, nextTraceNumber } from './specs/cups-numbers.ts';
export { cupsFraming, cupsPos } from './specs/cups-pos.ts';
export * from './specs/cups-settlement.ts';
export * from './specs/cups-terminal.ts';
export * from './specs/cups-texts.ts';
export { trackCipherBlock, withTrackCipherBlock } from './specs/cups-track.ts';
export { type TransactionKind, type TransactionMarks, transactionKind } from './specs/cups-transactions.ts';
export { iso87Ascii, iso87Bcd, iso87Ebcdic, iso87Mixed } from './specs/iso87.ts';
export * from './specs/iso87-terminal.ts';
export { iso93Ascii, iso93Bcd } from './specs/iso93.ts';
export { iso2003 } from './specs/iso2003.ts';
export { fieldNamesZh } from './specs/names-zh.ts';
export { decodeSubFields, encodeSubFields, type SubField } from './sub-fields.ts';
export { type DataObject, decodeDataObjects, encodeDataObjects } from './tlv.ts';
export {
  formatTrack1,
  formatTrack2,
  formatTrack3,
  parseTrack1,
  parseTrack2,
  parseTrack3,
  type Track1,
  type Track2,
  type Track3,
} from './track.ts';
