import { crcOfText } from './crc.ts';
import { type MerchantField, type PlacedField, parseFields } from './emvco-fields.ts';
import { assertMerchantRules } from './emvco-merchant-rules.ts';
import { QrError } from './qr-error.ts';

/** A merchant-presented code taken apart; `fields` keeps the payload's order and ends with ID 63. */
export interface MerchantCode {
  readonly fields: readonly MerchantField[];
  /** The value of ID 63. */
  readonly crc: string;
}

/** Data objects to encode, in order: an ID with a text, or with the data objects of a template. */
export type MerchantItem = readonly [id: string, content: string | readonly MerchantItem[]];

export interface MerchantOptions {
  /**
   * Whether every rule of EMVCo MPM 1.1 must hold (the default). `false` checks structure and CRC only: national
   * schemes in use leave out mandatory data objects (no merchant name, no city) or stretch lengths.
   */
  readonly strict?: boolean;
}

/** A QR symbol holds no more characters than this (version 40-L, alphanumeric). */
const LONGEST_PAYLOAD = 4296;
const CRC_ID = '63';

/**
 * Takes a merchant-presented payload apart and checks it: structure, CRC, and unless `strict` is false every rule of
 * EMVCo QRCPS Merchant-Presented Mode 1.1. Lengths count characters; the CRC runs over UTF-8 bytes.
 * @throws QrError naming the broken rule, the ID's path and the offset in characters.
 */
export function decodeMerchantPresented(payload: string, options: MerchantOptions = {}): MerchantCode {
  if (!payload.isWellFormed()) throw new QrError('bad-text', 'the payload holds half a character');
  const characters = Array.from(payload);
  if (characters.length > LONGEST_PAYLOAD)
    throw new QrError('too-long', `${characters.length} characters do not fit a QR symbol`);
  const fields = parseFields(characters, 0, '').map(withChildren);
  const crc = checkCrc(fields, characters);
  if (options.strict ?? true) assertMerchantRules(fields);
  return { fields: fields.map(({ field }) => field), crc };
}

/**
 * Builds the payload of a merchant-presented code from `items` in their order and appends ID 63 with the CRC.
 * @throws QrError when an ID is not two digits, a value is empty or longer than 99 characters, an ID repeats, ID 63
 * is given, or (unless `strict` is false) a rule of EMVCo MPM 1.1 is broken.
 */
export function encodeMerchantPresented(items: readonly MerchantItem[], options: MerchantOptions = {}): string {
  if (items.some(([id]) => id === CRC_ID))
    throw new QrError('crc-given', 'ID 63 is computed, not given', { path: '63' });
  const body = `${encodeItems(items, '')}${CRC_ID}04`;
  const payload = body + crcOfText(body);
  decodeMerchantPresented(payload, options);
  return payload;
}

function withChildren(placed: PlacedField): PlacedField {
  const { field, offset } = placed;
  const kind = templateKind(field.id);
  if (kind === 'primitive') return placed;
  try {
    const children = parseFields(Array.from(field.value), offset + 4, field.id).map((child) => child.field);
    return children.length === 0 ? placed : { field: { ...field, children }, offset };
  } catch (error) {
    // Account IDs 26–51 are in use with plain values as well; such a value is shown as it stands.
    if (error instanceof QrError && kind === 'template-in-practice') return placed;
    throw error;
  }
}

function templateKind(id: string): 'primitive' | 'template' | 'template-in-practice' {
  if (id >= '26' && id <= '51') return 'template-in-practice';
  return id === '62' || id === '64' || id >= '80' ? 'template' : 'primitive';
}

function checkCrc(fields: readonly PlacedField[], characters: readonly string[]): string {
  const index = fields.findIndex(({ field }) => field.id === CRC_ID);
  const crc = fields[index];
  if (crc === undefined) throw new QrError('crc-missing', 'ID 63 (CRC) is missing', { path: CRC_ID });
  const place = { path: CRC_ID, offset: crc.offset };
  if (index !== fields.length - 1) throw new QrError('crc-not-last', 'ID 63 (CRC) is not the last', place);
  if (!/^[0-9A-F]{4}$/.test(crc.field.value))
    throw new QrError('crc-form', 'the CRC is not four upper-case hexadecimal digits', place);
  const computed = crcOfText(characters.slice(0, crc.offset + 4).join(''));
  if (computed !== crc.field.value) throw new QrError('crc-mismatch', 'the CRC does not fit the payload', place);
  return crc.field.value;
}

function encodeItems(items: readonly MerchantItem[], parent: string): string {
  return items.map(([id, content]) => encodeItem(id, content, parent)).join('');
}

function encodeItem(id: string, content: string | readonly MerchantItem[], parent: string): string {
  const path = parent === '' ? id : `${parent}.${id}`;
  if (!/^\d\d$/.test(id)) throw new QrError('not-digits', 'an ID is not two digits', { path: parent });
  const value = typeof content === 'string' ? content : encodeItems(content, path);
  const length = Array.from(value).length;
  if (length < 1 || length > 99)
    throw new QrError('bad-length', `ID ${path} has ${length} characters; 1 to 99 are allowed`, { path });
  return `${id}${String(length).padStart(2, '0')}${value}`;
}
