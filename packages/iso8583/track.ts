import { refuse } from './error.ts';

/** Track 1 of ISO/IEC 7813 (format B): what stands between the sentinels. */
export interface Track1 {
  readonly formatCode: string;
  readonly pan: string;
  /** Without the blanks that fill it up. */
  readonly name: string;
  /** YYMM, or null when the card leaves it out. */
  readonly expiry: string | null;
  readonly serviceCode: string | null;
  readonly discretionary: string;
}

/** Track 2 of ISO/IEC 7813, also the chip's track 2 equivalent data. */
export interface Track2 {
  readonly pan: string;
  readonly expiry: string | null;
  readonly serviceCode: string | null;
  readonly discretionary: string;
}

/** Track 3 of ISO/IEC 4909, with everything behind the account number left as it is. */
export interface Track3 {
  readonly formatCode: string;
  readonly pan: string;
  readonly discretionary: string;
}

const PAN = '[0-9]{1,19}';
const TRACK_1 = new RegExp(`^([A-Z])(${PAN})\\^([^^]{2,26})\\^(\\^|[0-9]{4})(\\^|[0-9]{3})([^^?]*)$`);
const TRACK_2 = new RegExp(`^(${PAN})[=D](=|D|[0-9]{4})(=|D|[0-9]{3})([0-9=D]*?)F?$`);
const TRACK_3 = new RegExp(`^([0-9]{2})(${PAN})[=D](.*)$`);

/**
 * Reads track 1, with or without its sentinels `%` and `?` (ISO/IEC 7813, track 1: at most 79 characters with sentinels
 * and check character; a separator in the place of expiry or service code says that it is left out).
 * @throws Iso8583Error `bad-track`.
 */
export function parseTrack1(raw: string): Track1 {
  const text = raw.startsWith('%') ? raw.slice(1).replace(/\?.?$/, '') : raw;
  const match = text.length <= 76 ? TRACK_1.exec(text) : null;
  if (match === null) return refuseTrack(1);
  const [, formatCode = '', pan = '', name = '', expiry = '', serviceCode = '', discretionary = ''] = match;
  return {
    formatCode,
    pan,
    name: name.trimEnd(),
    expiry: optional(expiry),
    serviceCode: optional(serviceCode),
    discretionary,
  };
}

/**
 * Reads track 2, with or without its sentinels `;` and `?`; the separator is `=`, or `D` as chips and packed fields write
 * it, and a filling `F` at the end is dropped (ISO/IEC 7813, track 2: at most 37 characters between the sentinels).
 * @throws Iso8583Error `bad-track`.
 */
export function parseTrack2(raw: string): Track2 {
  const text = raw.startsWith(';') ? raw.slice(1).replace(/\?.?$/, '') : raw;
  const match = text.length <= 38 ? TRACK_2.exec(text) : null;
  if (match === null) return refuseTrack(2);
  const [, pan = '', expiry = '', serviceCode = '', discretionary = ''] = match;
  return { pan, expiry: optional(expiry), serviceCode: optional(serviceCode), discretionary };
}

/**
 * Reads track 3, with or without its sentinels `;` and `?` (ISO/IEC 4909: at most 104 characters between them).
 * @throws Iso8583Error `bad-track`.
 */
export function parseTrack3(raw: string): Track3 {
  const text = raw.startsWith(';') ? raw.slice(1).replace(/\?.?$/, '') : raw;
  const match = text.length <= 104 ? TRACK_3.exec(text) : null;
  if (match === null) return refuseTrack(3);
  const [, formatCode = '', pan = '', discretionary = ''] = match;
  return { formatCode, pan, discretionary };
}

/**
 * Track 1 without sentinels.
 * @throws Iso8583Error `bad-track` when the parts would not read back.
 */
export function formatTrack1(track: Track1): string {
  const { formatCode, pan, name, expiry, serviceCode, discretionary } = track;
  const text = `${formatCode}${pan}^${name.padEnd(2)}^${expiry ?? '^'}${serviceCode ?? '^'}${discretionary}`;
  requireSame(parseTrack1(text), track, 1);
  return text;
}

/**
 * Track 2 without sentinels.
 * @param separator `=`, or `D` where the track is to be packed into nibbles by hand.
 * @throws Iso8583Error `bad-track` when the parts would not read back.
 */
export function formatTrack2(track: Track2, separator: '=' | 'D' = '='): string {
  const { pan, expiry, serviceCode, discretionary } = track;
  const text = `${pan}${separator}${expiry ?? separator}${serviceCode ?? separator}${discretionary}`;
  requireSame(parseTrack2(text), track, 2);
  return text;
}

/**
 * Track 3 without sentinels.
 * @throws Iso8583Error `bad-track` when the parts would not read back.
 */
export function formatTrack3(track: Track3): string {
  const text = `${track.formatCode}${track.pan}=${track.discretionary}`;
  requireSame(parseTrack3(text), track, 3);
  return text;
}

function optional(part: string): string | null {
  return /^[0-9]/.test(part) ? part : null;
}

function requireSame<Track extends object>(read: Track, written: Track, number: 1 | 2 | 3): void {
  const same = Object.entries(read).every(([part, value]) => value === written[part as keyof Track]);
  if (!same) refuseTrack(number);
}

function refuseTrack(number: 1 | 2 | 3): never {
  refuse('bad-track', `not the layout of track ${number}`, `track${number}`, 0);
}
