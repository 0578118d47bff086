import type { CryptogramRequest } from './apdu.ts';
import { EmvRefusal } from './refusal.ts';
import { type BitWord, bitWords } from './words.ts';

/** Three action codes of five bytes each: the issuer's (9F0E, 9F0F, 9F0D) or the acquirer's for this terminal. */
export interface ActionCodes {
  readonly denial: Uint8Array;
  readonly online: Uint8Array;
  readonly default: Uint8Array;
}

/** How a terminal reaches the issuer: the last digit of 9F35. EMV Book 4 Annex A1. */
export type OnlineCapability = 'online-only' | 'offline-with-online-capability' | 'offline-only';

/** What the terminal asks the card for, and which bits of the TVR decided it. */
export interface ActionDecision {
  readonly request: CryptogramRequest;
  readonly decidedBy: 'denial' | 'online' | 'default' | 'none';
  /** The set bits of the TVR that an action code names. */
  readonly reasons: readonly BitWord[];
}

/**
 * The issuer's action codes of a card; what the card lacks counts as no denial, and as online and default for every bit. EMV Book 3 clause 10.7.
 * @throws EmvRefusal `wrong-length`.
 */
export function issuerActionCodes(card: ReadonlyMap<string, Uint8Array>): ActionCodes {
  return {
    denial: card.get('9F0E') ?? new Uint8Array(5),
    online: card.get('9F0F') ?? new Uint8Array(5).fill(0xff),
    default: card.get('9F0D') ?? new Uint8Array(5).fill(0xff),
  };
}

/** Online capability of a terminal type (9F35). EMV Book 4 Annex A1. @throws EmvRefusal `terminal-type` for one the annex does not list. */
export function onlineCapability(terminalType: number): OnlineCapability {
  const capability = CAPABILITIES[((terminalType & 0x0f) - 1) % 3];
  const digit = terminalType & 0x0f;
  if (capability === undefined || digit < 1 || digit > 6 || terminalType < 0x11 || terminalType > 0x36)
    throw new EmvRefusal('terminal-type', 'the terminal type is none of EMV', { path: '9F35' });
  return capability;
}

const CAPABILITIES: readonly OnlineCapability[] = ['online-only', 'offline-with-online-capability', 'offline-only'];

/**
 * Terminal action analysis before the first GENERATE AC. EMV Book 3 clause 10.7: denial first; then, where the terminal can go
 * online, the online codes; an offline-only terminal uses the default codes instead. An online-only terminal asks for an ARQC whatever the online codes say.
 * @throws EmvRefusal `wrong-length` unless TVR and all codes have five bytes.
 */
export function terminalActionAnalysis(
  tvr: Uint8Array,
  issuer: ActionCodes,
  terminal: ActionCodes,
  capability: OnlineCapability,
): ActionDecision {
  const denied = named(tvr, issuer.denial, terminal.denial);
  if (denied.length > 0) return { request: 'AAC', decidedBy: 'denial', reasons: denied };
  if (capability === 'offline-only') return unableToGoOnline(tvr, issuer, terminal);
  const online = named(tvr, issuer.online, terminal.online);
  if (online.length > 0) return { request: 'ARQC', decidedBy: 'online', reasons: online };
  return { request: capability === 'online-only' ? 'ARQC' : 'TC', decidedBy: 'none', reasons: [] };
}

/**
 * The decision when the issuer cannot be reached, for the second GENERATE AC, or on an offline-only terminal. EMV Book 3 clause 10.7.
 * @throws EmvRefusal `wrong-length`.
 */
export function unableToGoOnline(tvr: Uint8Array, issuer: ActionCodes, terminal: ActionCodes): ActionDecision {
  const refused = named(tvr, issuer.default, terminal.default);
  if (refused.length > 0) return { request: 'AAC', decidedBy: 'default', reasons: refused };
  return { request: 'TC', decidedBy: 'none', reasons: [] };
}

/**
 * Whether a card may answer so: it may turn a request down to ARQC or AAC, never up. EMV Book 3 clause 10.8, clause 9.3.
 */
export function mayAnswer(request: CryptogramRequest, answer: CryptogramRequest): boolean {
  return RANK[answer] <= RANK[request];
}

const RANK: Readonly<Record<CryptogramRequest, number>> = { AAC: 0, ARQC: 1, TC: 2 };

/** Authorisation response code (8A) the terminal makes itself. EMV Book 4 Annex A6. */
export function terminalResponseCode(approved: boolean, triedOnline: boolean): 'Y1' | 'Z1' | 'Y3' | 'Z3' {
  if (triedOnline) return approved ? 'Y3' : 'Z3';
  return approved ? 'Y1' : 'Z1';
}

function named(tvr: Uint8Array, issuerCode: Uint8Array, terminalCode: Uint8Array): readonly BitWord[] {
  if (issuerCode.length !== 5 || terminalCode.length !== 5)
    throw new EmvRefusal('wrong-length', 'an action code has five bytes');
  return bitWords(
    'TVR',
    tvr.map((byte, index) => byte & ((issuerCode[index] ?? 0) | (terminalCode[index] ?? 0))),
  );
}
