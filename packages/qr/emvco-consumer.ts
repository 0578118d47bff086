import { toHex } from '@zhanggui/base';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { decodeTlv, encodeTlv, type TlvItem, type TlvObject } from './ber-tlv.ts';
import { QrError } from './qr-error.ts';

/** A consumer-presented code taken apart. */
export interface ConsumerCode {
  /** The whole payload in upper-case hexadecimal. */
  readonly hex: string;
  /** Its data objects in order, templates opened. */
  readonly tree: readonly TlvObject[];
}

export interface ConsumerOptions {
  /** Whether every rule of EMVCo CPM 1.1 must hold (the default); `false` checks Base64, BER-TLV and the format indicator. */
  readonly strict?: boolean;
}

const FORMAT_INDICATOR = '85';
const CPV01 = '4350563031';
const APPLICATION_TEMPLATE = '61';
const COMMON_DATA_TEMPLATE = '62';
const LONGEST_TEXT = 4296;

/** Lengths in bytes of the data objects of EMVCo CPM 1.1 table 4.x (formats as in EMV Book 3 annex A). */
const LENGTHS: Readonly<Record<string, readonly [minimum: number, maximum: number]>> = {
  '4F': [5, 16],
  '50': [1, 16],
  '57': [1, 19],
  '5A': [1, 10],
  '5F20': [2, 26],
  '5F2D': [2, 8],
  '9F08': [2, 2],
  '9F10': [1, 32],
  '9F19': [6, 6],
  '9F24': [29, 29],
  '9F25': [2, 2],
  '9F26': [8, 8],
  '9F27': [1, 1],
  '9F36': [2, 2],
  '9F37': [4, 4],
  '82': [2, 2],
};

/** Data objects that end in a half-byte of filling at most, digit by digit. */
const TRACK_2 = /^\d{1,19}D\d{7}\d*F?$/;
const PAN = /^\d{1,19}F*$/;

/**
 * Takes a consumer-presented payload apart: Base64, BER-TLV, `85 05 "CPV01"` first, and unless `strict` is false the
 * rules of EMVCo QRCPS Consumer-Presented Mode 1.1 for its templates.
 * @throws QrError naming the broken rule, the tags' path and the offset in bytes.
 */
export function decodeConsumerPresented(base64: string, options: ConsumerOptions = {}): ConsumerCode {
  if (base64.length > LONGEST_TEXT) throw new QrError('too-long', `${base64.length} characters do not fit a QR symbol`);
  const bytes = decodeBase64(base64);
  const tree = decodeTlv(bytes);
  checkFormatIndicator(tree);
  if (options.strict ?? true) checkRules(tree);
  return { hex: toHex(bytes), tree };
}

/**
 * Builds the Base64 of a consumer-presented code. The format indicator (tag 85) is put first when `items` leave it out.
 * @throws QrError when a tag or value is malformed, or (unless `strict` is false) a rule of EMVCo CPM 1.1 is broken.
 */
export function encodeConsumerPresented(items: readonly TlvItem[], options: ConsumerOptions = {}): string {
  const indicated = items.some(([tag]) => tag === FORMAT_INDICATOR);
  const base64 = encodeBase64(encodeTlv(indicated ? items : [[FORMAT_INDICATOR, CPV01], ...items]));
  decodeConsumerPresented(base64, options);
  return base64;
}

function checkFormatIndicator(tree: readonly TlvObject[]): void {
  const first = tree[0];
  if (first === undefined || first.tag !== FORMAT_INDICATOR)
    throw new QrError('format-indicator-not-first', 'tag 85 (payload format indicator) is not the first', {
      path: '85',
    });
  if (first.value !== CPV01)
    throw new QrError('bad-value', 'the payload format indicator is not "CPV01"', { path: '85', offset: 0 });
}

function checkRules(tree: readonly TlvObject[]): void {
  const rest = tree.slice(1);
  const applications = rest.filter(({ tag }) => tag === APPLICATION_TEMPLATE);
  if (applications.length === 0)
    throw new QrError('missing', 'tag 61 (application template) is mandatory', { path: APPLICATION_TEMPLATE });
  const stranger = rest.find(({ tag }) => tag !== APPLICATION_TEMPLATE && tag !== COMMON_DATA_TEMPLATE);
  if (stranger !== undefined)
    throw new QrError('not-allowed', `tag ${stranger.tag} does not stand outside the templates`, {
      path: stranger.tag,
    });
  const firstCommon = rest.findIndex(({ tag }) => tag === COMMON_DATA_TEMPLATE);
  const lastApplication = rest.findLastIndex(({ tag }) => tag === APPLICATION_TEMPLATE);
  if (firstCommon >= 0 && firstCommon < lastApplication)
    throw new QrError('bad-order', 'tag 62 (common data) stands before tag 61', { path: COMMON_DATA_TEMPLATE });
  checkRepeats(tree, '', [APPLICATION_TEMPLATE]);
  for (const object of tree) checkObject(object, '');
  for (const { children = [] } of applications) {
    if (!children.some(({ tag }) => tag === '4F'))
      throw new QrError('missing', 'an application template has no application identifier (4F)', { path: '61.4F' });
  }
}

function checkRepeats(objects: readonly TlvObject[], path: string, repeatable: readonly string[]): void {
  const seen = new Set<string>();
  for (const { tag } of objects) {
    if (seen.has(tag) && !repeatable.includes(tag))
      throw new QrError('repeated-tag', `tag ${tag} stands twice`, { path: path === '' ? tag : `${path}.${tag}` });
    seen.add(tag);
  }
}

function checkObject(object: TlvObject, parent: string): void {
  const path = parent === '' ? object.tag : `${parent}.${object.tag}`;
  const [minimum, maximum] = LENGTHS[object.tag] ?? [1, 0xffff];
  if (object.length < minimum || object.length > maximum)
    throw new QrError('bad-length', `tag ${path} has ${object.length} bytes; ${minimum} to ${maximum} are allowed`, {
      path,
    });
  if (object.tag === '57' && !TRACK_2.test(object.value))
    throw new QrError('bad-value', `tag ${path} is not track 2 equivalent data`, { path });
  if (object.tag === '5A' && !PAN.test(object.value))
    throw new QrError('bad-value', `tag ${path} is not digits padded with F`, { path });
  if (object.tag === '5F2D' && object.length % 2 !== 0)
    throw new QrError('bad-length', `tag ${path} holds two letters a language`, { path });
  if (object.children === undefined) return;
  checkRepeats(object.children, path, []);
  for (const child of object.children) checkObject(child, path);
}
