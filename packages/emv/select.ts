import { concatBytes, equalBytes, toHex, utf8Encode } from '@zhanggui/base';
import { encodeCommand, parseResponse, readRecordCommand, selectCommand } from './apdu.ts';
import { EmvRefusal } from './refusal.ts';
import { soleTemplate } from './template.ts';
import { findTlv, parseTlv, type TlvNode } from './tlv.ts';

/** Name of the payment system environment of contact cards. EMV Book 1 clause 12.2.2. */
export const PSE_NAME: Uint8Array = utf8Encode('1PAY.SYS.DDF01');

/** Name of the proximity payment system environment. EMV Contactless Book B clause 3.3.2. */
export const PPSE_NAME: Uint8Array = utf8Encode('2PAY.SYS.DDF01');

/** An application the terminal supports, with the rule for matching it. EMV Book 1 clause 12.3.1. */
export interface TerminalApplication {
  /** 5 to 16 bytes. */
  readonly aid: Uint8Array;
  /** `partial`: the card's name may be longer. */
  readonly match: 'exact' | 'partial';
}

/** An application on the card, as a directory entry or its own FCI tells it. */
export interface CardApplication {
  /** ADF name (4F) or DF name (84). */
  readonly aid: Uint8Array;
  /** Application label (50), in the common character set. */
  readonly label: string | undefined;
  /** Application preferred name (9F12), in the code table `codeTableIndex`. */
  readonly preferredName: Uint8Array | undefined;
  /** Issuer code table index (9F11). */
  readonly codeTableIndex: number | undefined;
  /** Application priority indicator (87). */
  readonly priority: number | undefined;
  /** Kernel identifier (9F2A) of contactless entries. */
  readonly kernelId: Uint8Array | undefined;
  /** Extended selection (9F29) of contactless entries. */
  readonly extendedSelection: Uint8Array | undefined;
}

/** How building the list ended. */
export type CandidateOutcome =
  | {
      readonly outcome: 'ok';
      /** In the order in which the card gave them; see `orderByPriority`. */
      readonly candidates: readonly CardApplication[];
      /** More than one candidate, or the only one wants the cardholder's confirmation. */
      readonly cardholderSelectionRequired: boolean;
    }
  | { readonly outcome: 'card-blocked' }
  | { readonly outcome: 'not-accepted' };

/**
 * Builds the candidate list: yields command bytes, takes the card's answers. The payment system environment is tried first,
 * then the list of AIDs. EMV Book 1 clauses 12.3.2 and 12.3.3.
 * @throws EmvRefusal `apdu-malformed` when an answer is not one.
 */
export function* buildCandidateList(
  terminal: readonly TerminalApplication[],
): Generator<Uint8Array, CandidateOutcome, Uint8Array> {
  const directory = yield* readPse(terminal);
  if (directory === 'card-blocked') return { outcome: 'card-blocked' };
  const candidates = directory.length > 0 ? directory : yield* selectEachAid(terminal);
  if (candidates === 'card-blocked') return { outcome: 'card-blocked' };
  return candidateOutcome(candidates);
}

/**
 * Outcome of a list of candidates. EMV Book 1 clause 12.4: several, or one whose priority indicator has bit 8 set, need the
 * cardholder.
 */
export function candidateOutcome(candidates: readonly CardApplication[]): CandidateOutcome {
  const [first] = candidates;
  if (first === undefined) return { outcome: 'not-accepted' };
  const cardholderSelectionRequired = candidates.length > 1 || needsConfirmation(first);
  return { outcome: 'ok', candidates, cardholderSelectionRequired };
}

/** Whether the application may only be selected with the cardholder's consent (bit 8 of 87). EMV Book 1 table 48. */
export function needsConfirmation(application: CardApplication): boolean {
  return ((application.priority ?? 0) & 0x80) !== 0;
}

/** Candidates by priority, 1 first, those without (0 or absent) last in card order. EMV Book 1 clause 12.4. */
export function orderByPriority(candidates: readonly CardApplication[]): readonly CardApplication[] {
  const rank = (application: CardApplication): number => (application.priority ?? 0) & 0x0f || 16;
  return candidates.toSorted((left, right) => rank(left) - rank(right));
}

/** How the final SELECT ended. */
export type SelectionOutcome =
  | { readonly outcome: 'ok'; readonly aid: Uint8Array; readonly fci: readonly TlvNode[] }
  | { readonly outcome: 'try-another' };

/**
 * Selects one candidate: yields the command, takes the answer. Any failure (status, or an FCI that is not one or names
 * another application) takes the candidate off the list. EMV Book 1 clause 12.4.
 * @param extension added to the name as far as a name can be so long; the card may leave it out of its answer. EMV Contactless Book B clause 3.3.3, Extended Selection.
 */
export function* selectApplication(
  aid: Uint8Array,
  extension: Uint8Array = new Uint8Array(0),
): Generator<Uint8Array, SelectionOutcome, Uint8Array> {
  const whole = aid.length + extension.length > MOST_NAME_BYTES ? aid : concatBytes(aid, extension);
  const answer = parseResponse(yield encodeCommand(selectCommand(whole)));
  const fci = answer.sw === 0x9000 ? readFci(answer.data) : undefined;
  const name = fci === undefined ? undefined : findTlv(fci, '84')?.value;
  if (fci === undefined || name === undefined || ![aid, whole].some((each) => equalBytes(each, name)))
    return { outcome: 'try-another' };
  return { outcome: 'ok', aid: name, fci };
}

/** ISO/IEC 7816-4 clause 8.2.1.2. */
const MOST_NAME_BYTES = 16;

/**
 * Directory entries of the FCI that SELECT of a PPSE returns, or a PSE without a directory file, in card order.
 * EMV Contactless Book B clause 3.3.2.3; entries without a name are left out, as the book says to pass over them.
 * @param fci answer data without the status bytes.
 * @throws TlvError when it is not TLV; EmvRefusal `fci-malformed` when it is no FCI template.
 */
export function directoryEntries(fci: Uint8Array): readonly CardApplication[] {
  const [template] = parseTlv(fci);
  if (template?.tag !== '6F') throw new EmvRefusal('fci-malformed', 'the answer is no FCI template', { offset: 0 });
  const discretionary = findTlv(template.children ?? [], 'BF0C');
  return entriesOf(discretionary?.children ?? []);
}

/** Whether a card's application is one of the terminal's. EMV Book 1 clause 12.3.1. */
export function matches(terminal: TerminalApplication, cardAid: Uint8Array): boolean {
  if (cardAid.length < terminal.aid.length) return false;
  if (terminal.match === 'exact' && cardAid.length !== terminal.aid.length) return false;
  return equalBytes(cardAid.subarray(0, terminal.aid.length), terminal.aid);
}

type Directory = readonly CardApplication[] | 'card-blocked';

/** Clause 12.3.2: an empty list means that the terminal goes on with its own list of AIDs. */
function* readPse(terminal: readonly TerminalApplication[]): Generator<Uint8Array, Directory, Uint8Array> {
  const answer = parseResponse(yield encodeCommand(selectCommand(PSE_NAME)));
  if (answer.sw === 0x6a81) return 'card-blocked';
  const fci = answer.sw === 0x9000 ? readFci(answer.data) : undefined;
  const sfi = fci === undefined ? undefined : findTlv(fci, '88')?.value;
  const file = sfi?.length === 1 ? (sfi[0] ?? 0) : 0;
  if (file < 1 || file > 10) return [];
  const found: CardApplication[] = [];
  for (let record = 1; record <= 255; record += 1) {
    const read = parseResponse(yield encodeCommand(readRecordCommand(file, record)));
    if (read.sw === 0x6a83) return found;
    const template = read.sw === 0x9000 ? soleTemplate(read.data) : undefined;
    if (template?.tag !== '70') return [];
    const supported = entriesOf(template.children ?? []).filter((entry) =>
      terminal.some((each) => matches(each, entry.aid)),
    );
    found.push(...supported);
  }
  return found;
}

/** Clause 12.3.3: one SELECT for each AID, and further ones while the card finds names that begin with it. */
function* selectEachAid(terminal: readonly TerminalApplication[]): Generator<Uint8Array, Directory, Uint8Array> {
  const found: CardApplication[] = [];
  for (const application of terminal) {
    let next = false;
    for (let attempt = 0; attempt < 256; attempt += 1) {
      const answer = parseResponse(yield encodeCommand(selectCommand(application.aid, next)));
      if (!next && answer.sw === 0x6a81) return 'card-blocked';
      const selected = answer.sw === 0x9000 || answer.sw === 0x6283 || (next && isWarning(answer.sw));
      const fci = selected ? readFci(answer.data) : undefined;
      const candidate = fci === undefined ? undefined : applicationOf(fci, '84');
      if (candidate === undefined || !matches({ aid: application.aid, match: 'partial' }, candidate.aid)) break;
      const exact = candidate.aid.length === application.aid.length;
      if (answer.sw === 0x9000 && (exact || application.match === 'partial')) addOnce(found, candidate);
      if (exact) break;
      next = true;
    }
  }
  return found;
}

/** Two of the terminal's AIDs may find one and the same application. */
function addOnce(found: CardApplication[], candidate: CardApplication): void {
  if (!found.some((each) => equalBytes(each.aid, candidate.aid))) found.push(candidate);
}

function isWarning(sw: number): boolean {
  return sw >> 8 === 0x62 || sw >> 8 === 0x63;
}

function readFci(data: Uint8Array): readonly TlvNode[] | undefined {
  const template = soleTemplate(data);
  return template?.tag === '6F' ? template.children : undefined;
}

function entriesOf(nodes: readonly TlvNode[]): readonly CardApplication[] {
  return nodes.flatMap((node) => {
    const entry = node.tag === '61' ? applicationOf(node.children ?? [], '4F') : undefined;
    return entry === undefined ? [] : [entry];
  });
}

function applicationOf(nodes: readonly TlvNode[], nameTag: '4F' | '84'): CardApplication | undefined {
  const aid = findTlv(nodes, nameTag)?.value;
  if (aid === undefined || aid.length < 5 || aid.length > MOST_NAME_BYTES) return undefined;
  const label = findTlv(nodes, '50')?.value;
  return {
    aid,
    label: label === undefined ? undefined : commonText(label),
    preferredName: findTlv(nodes, '9F12')?.value,
    codeTableIndex: findTlv(nodes, '9F11')?.value[0],
    priority: findTlv(nodes, '87')?.value[0],
    kernelId: findTlv(nodes, '9F2A')?.value,
    extendedSelection: findTlv(nodes, '9F29')?.value,
  };
}

/** Text in the common character set of EMV Book 4 Annex B; bytes outside it are shown as their number, not guessed at. */
function commonText(bytes: Uint8Array): string {
  const characters = Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${toHex(Uint8Array.of(byte))}`,
  );
  return characters.join('');
}
