import { EmvRefusal } from './refusal.ts';

/** Interface bytes of one group: TAi, TBi, TCi and TDi, each as the card gave it or absent. */
export interface AtrGroup {
  readonly ta: number | undefined;
  readonly tb: number | undefined;
  readonly tc: number | undefined;
  readonly td: number | undefined;
  /** Transmission protocol the group belongs to: that of the TD before it; undefined for the first, which is global. */
  readonly protocol: number | undefined;
}

/** An answer to reset taken apart. ISO/IEC 7816-3 clause 8.2. */
export interface Atr {
  /** TS 3B is the direct convention, 3F the inverse. */
  readonly convention: 'direct' | 'inverse';
  readonly groups: readonly AtrGroup[];
  /** Protocols in the order of the TD bytes; 0 alone when there is none. */
  readonly protocols: readonly number[];
  readonly historicalBytes: Uint8Array;
  /** Check byte: present unless T=0 is the only protocol. */
  readonly tck: number | undefined;
  /** Whether all bytes from T0 to TCK give zero when xored; undefined without TCK. */
  readonly tckOk: boolean | undefined;
  /** Bytes behind the answer, which should not be there. */
  readonly extraBytes: number;
}

/** Which reset the answer follows: some rules are for the first (cold) reset only. */
export type ResetKind = 'cold' | 'warm';

/** Longest answer to reset: TS and 32 characters. */
export const MAX_ATR_BYTES = 33;

/**
 * Takes an answer to reset apart. ISO/IEC 7816-3 clause 8.2; EMV Contact Interface Specification (Book 1) clause 8.1.
 * @throws EmvRefusal `atr-malformed` when it is shorter or longer than it can be, TS is neither 3B nor 3F, or announced bytes are missing.
 */
export function parseAtr(bytes: Uint8Array): Atr {
  const [ts, t0] = bytes;
  if (ts === undefined || t0 === undefined || bytes.length > MAX_ATR_BYTES)
    throw new EmvRefusal('atr-malformed', 'an answer to reset has 2 to 33 bytes', { offset: bytes.length });
  if (ts !== 0x3b && ts !== 0x3f)
    throw new EmvRefusal('atr-malformed', 'TS is neither 3B nor 3F', { path: 'TS', offset: 0 });
  const groups: AtrGroup[] = [];
  let offset = 2;
  const take = (announced: boolean, name: string): number | undefined => {
    if (!announced) return undefined;
    const byte = bytes[offset];
    if (byte === undefined)
      throw new EmvRefusal('atr-malformed', 'an announced byte is missing', { path: name, offset });
    offset += 1;
    return byte;
  };
  let announcing: number | undefined = t0;
  for (let group = 1; announcing !== undefined; group += 1) {
    const ta = take((announcing & 0x10) !== 0, `TA${group}`);
    const tb = take((announcing & 0x20) !== 0, `TB${group}`);
    const tc = take((announcing & 0x40) !== 0, `TC${group}`);
    const td = take((announcing & 0x80) !== 0, `TD${group}`);
    groups.push({ ta, tb, tc, td, protocol: group === 1 ? undefined : announcing & 0x0f });
    announcing = td;
  }
  const historicalEnd = offset + (t0 & 0x0f);
  if (historicalEnd > bytes.length)
    throw new EmvRefusal('atr-malformed', 'historical bytes are missing', { path: 'T1', offset: bytes.length });
  const historicalBytes = bytes.subarray(offset, historicalEnd);
  const indicated = groups.flatMap((group) => (group.td === undefined ? [] : [group.td & 0x0f]));
  const protocols = indicated.length === 0 ? [0] : indicated;
  offset = historicalEnd;
  const tck = take(
    protocols.some((protocol) => protocol !== 0),
    'TCK',
  );
  const tckOk = tck === undefined ? undefined : bytes.subarray(1, offset).reduce((sum, byte) => sum ^ byte, 0) === 0;
  const convention = ts === 0x3b ? 'direct' : 'inverse';
  return { convention, groups, protocols, historicalBytes, tck, tckOk, extraBytes: bytes.length - offset };
}

/**
 * What keeps an EMV terminal from accepting an answer to reset, as the names of the bytes at fault; empty when it accepts.
 * EMV Contact Interface Specification (Book 1) clauses 8.2 and 8.3.
 */
export function atrFaults(atr: Atr, reset: ResetKind = 'cold'): readonly string[] {
  const [global, second] = atr.groups;
  const first = atr.protocols[0] ?? 0;
  const faults: string[] = [];
  const need = (holds: boolean, name: string): void => {
    if (!holds) faults.push(name);
  };
  need(atr.extraBytes === 0, 'length');
  need(atr.tckOk !== false, 'TCK');
  if (global === undefined) return ['T0'];
  if (reset === 'cold') need(global.tb === 0x00, 'TB1');
  // In specific mode the terminal has to use the card's speed, so it must be one that every terminal has.
  const specific = second?.ta !== undefined;
  if (specific) need(global.ta === undefined || (global.ta >= 0x11 && global.ta <= 0x13), 'TA1');
  need(first === 0 || first === 1, 'TD1');
  if (first === 1) need(global.tc === undefined || global.tc === 0x00 || global.tc === 0xff, 'TC1');
  if (second !== undefined) {
    if (second.ta !== undefined) need((second.ta & 0x0f) === first && (second.ta & 0x10) === 0, 'TA2');
    need(second.tb === undefined, 'TB2');
    if (second.tc !== undefined) need(second.tc === 0x0a, 'TC2');
    if (second.td !== undefined) need(second.td % 16 === 1 || second.td % 16 >= 14, 'TD2');
  }
  for (const [index, group] of atr.groups.entries())
    if (index >= 2) faults.push(...laterFaults(group, index + 1, global.tc));
  if (first === 1) need(atr.groups[2]?.protocol === 1, 'TD2');
  return faults;
}

/** Rules for TA3 and on: those of T=1, and the class indicator of T=15. */
function laterFaults(group: AtrGroup, number: number, extraGuardTime: number | undefined): readonly string[] {
  const faults: string[] = [];
  if (group.protocol === 15) {
    const classes = (group.ta ?? 0x01) & 0x3f;
    if (classes < 1 || classes > 7) faults.push(`TA${number}`);
  }
  if (group.protocol !== 1) return faults;
  if (group.ta !== undefined && (group.ta < 0x10 || group.ta === 0xff)) faults.push(`TA${number}`);
  // N of FF counts as −1, so that 2 to the CWI must exceed 0.
  const guard = extraGuardTime === 0xff ? 0 : (extraGuardTime ?? 0) + 1;
  const [blockWaiting, characterWaiting] = [(group.tb ?? 0xff) >> 4, (group.tb ?? 0xff) & 0x0f];
  if (blockWaiting > 4 || characterWaiting > 5 || 2 ** characterWaiting <= guard) faults.push(`TB${number}`);
  if (group.tc !== undefined && group.tc !== 0x00) faults.push(`TC${number}`);
  return faults;
}
