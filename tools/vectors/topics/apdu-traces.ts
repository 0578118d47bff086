import { fromHex, toHex } from '@zhanggui/base';
import {
  atrFaults,
  buildCandidateList,
  type CardApplication,
  commandCase,
  directoryEntries,
  EmvRefusal,
  exchangeT0,
  initiateApplication,
  parseAtr,
  parseCommand,
  parseResponse,
  parseTlv,
  readApplicationData,
  selectApplication,
  sessionValues,
  type TagValues,
  type TerminalApplication,
} from '@zhanggui/emv';
import { Facts, type Inputs, type Kinds } from '../kind.ts';
import { bytesOf, treeOf } from './emv-tlv.ts';

type Exchange = readonly [command: string, response: string];

/** Plays the card: each command must be the next of the script, and all of the script must be asked for. */
export function play<Result>(dialogue: Generator<Uint8Array, Result, Uint8Array>, script: readonly Exchange[]): Result {
  let step = dialogue.next();
  for (const [command, response] of script) {
    if (step.done === true) throw new Error(`ended before ${command}`);
    if (toHex(step.value) !== command) throw new Error(`sent ${toHex(step.value)} instead of ${command}`);
    step = dialogue.next(fromHex(response));
  }
  if (step.done !== true) throw new Error(`sent ${toHex(step.value)} beyond the script`);
  return step.value;
}

const exchangesOf = (inputs: Inputs): readonly Exchange[] => inputs.exchanges as readonly Exchange[];

const hexByte = (byte: number): string => toHex(Uint8Array.of(byte));

const hexOrNull = (bytes: Uint8Array | undefined): string | null => (bytes === undefined ? null : toHex(bytes));

/** Outcomes are written in upper case with underscores. */
const outcomeName = (outcome: string): string => outcome.toUpperCase().replaceAll('-', '_');

const hexValues = (values: TagValues): Readonly<Record<string, string>> =>
  Object.fromEntries([...values].map(([tag, value]) => [tag, toHex(value)]));

export const tagValuesOf = (record: unknown): TagValues =>
  new Map(Object.entries((record ?? {}) as Record<string, string>).map(([tag, hex]) => [tag, bytesOf(hex)]));

function decodedCommand(hex: string): unknown {
  const command = parseCommand(bytesOf(hex));
  const { cla, ins, p1, p2, data, le } = command;
  return {
    cla: hexByte(cla),
    ins: hexByte(ins),
    p1: hexByte(p1),
    p2: hexByte(p2),
    lc: data?.length ?? null,
    data: hexOrNull(data),
    le: le === undefined ? null : hexByte(le % 256),
    case: commandCase(command),
  };
}

/** Answer data is told as a tree where it is one. */
function treeOrNull(data: Uint8Array): unknown {
  if (data.length === 0) return null;
  try {
    return treeOf(parseTlv(data));
  } catch (error) {
    if (error instanceof EmvRefusal) return null;
    throw error;
  }
}

function trace(inputs: Inputs): unknown {
  const script = exchangesOf(inputs);
  const exchanges = script.map(([command, response]) => {
    const { data, sw } = parseResponse(bytesOf(response));
    return {
      decoded: decodedCommand(command),
      sw: toHex(Uint8Array.of(sw >> 8, sw & 0xff)),
      tree: treeOrNull(data),
    };
  });
  const session = script.map(([command, response]) => ({ command: bytesOf(command), response: bytesOf(response) }));
  return { exchanges, cardData: hexValues(sessionValues(session)) };
}

const priorityOf = (application: CardApplication): string | null =>
  application.priority === undefined ? null : hexByte(application.priority);

function candidateList(inputs: Inputs): unknown {
  const aids = inputs.terminalAids as readonly {
    readonly aid: string;
    readonly match: TerminalApplication['match'];
  }[];
  const terminal = aids.map(({ aid, match }) => ({ aid: bytesOf(aid), match }));
  const result = play(buildCandidateList(terminal), exchangesOf(inputs));
  if (result.outcome !== 'ok')
    return new Facts({ outcome: outcomeName(result.outcome), candidates: [], cardholderSelectionRequired: false });
  const { candidates, cardholderSelectionRequired } = result;
  return {
    outcome: 'OK',
    candidates: candidates.map((each) => ({
      aid: toHex(each.aid),
      priority: priorityOf(each),
      label: each.label ?? null,
    })),
    cardholderSelectionRequired,
  };
}

/** The first candidate is selected; when it fails the others, if any, are left to try. */
function select(inputs: Inputs): unknown {
  const listed = (inputs.candidates ?? []) as readonly { readonly aid: string }[];
  const [first, ...others] = typeof inputs.aid === 'string' ? [inputs.aid] : listed.map(({ aid }) => aid);
  const result = play(selectApplication(bytesOf(first)), exchangesOf(inputs));
  if (result.outcome === 'ok') return new Facts({ outcome: 'OK', aid: toHex(result.aid), fci: treeOf(result.fci) });
  return { outcome: others.length > 0 ? 'TRY_AGAIN' : 'NOT_ACCEPTED' };
}

function gpo(inputs: Inputs): unknown {
  const pdol = inputs.pdol;
  const sources = [tagValuesOf(inputs.transactionData), tagValuesOf(inputs.terminalData)];
  const dialogue = initiateApplication(typeof pdol === 'string' && pdol !== '' ? bytesOf(pdol) : undefined, ...sources);
  const result = play(dialogue, exchangesOf(inputs));
  if (result.outcome === 'conditions-not-satisfied') return { outcome: 'GPO_NOT_ACCEPTED' };
  if (result.outcome !== 'ok') return { outcome: outcomeName(result.outcome) };
  const [aip, afl] = [toHex(result.aip), toHex(result.afl)];
  return new Facts({
    outcome: 'OK',
    aip,
    afl,
    tag82: aip,
    tag94: afl,
    82: aip,
    94: afl,
    cardData: hexValues(result.values),
  });
}

function atr(inputs: Inputs): unknown {
  let parsed: ReturnType<typeof parseAtr>;
  try {
    parsed = parseAtr(bytesOf(inputs.atr));
  } catch (error) {
    if (error instanceof EmvRefusal) return new Facts({ emvAccepted: false, lengthOk: false });
    throw error;
  }
  const facts = {
    historicalBytes: toHex(parsed.historicalBytes),
    protocols: parsed.protocols,
    lengthOk: parsed.extraBytes === 0,
    tckPresent: parsed.tck !== undefined,
    tckOk: parsed.tckOk ?? null,
  };
  return new Facts({ emvAccepted: atrFaults(parsed).length === 0, ...facts });
}

/** apdu-traces: commands and answers, T=0, answers to reset, selection and reading. */
export const kinds: Kinds = {
  trace,
  'candidate-list': candidateList,
  select,
  'read-application-data': (inputs) => {
    const { outcome, values } = play(readApplicationData(bytesOf(inputs.tag94)), exchangesOf(inputs));
    return new Facts({ outcome: outcomeName(outcome), cardData: hexValues(values) });
  },
  gpo,
  'tpdu-t0': (inputs) => {
    const script = inputs.tpduExchanges as readonly Exchange[];
    const { data, sw } = play(exchangeT0(parseCommand(bytesOf(inputs.apdu))), script);
    return { responseData: toHex(data), sw: toHex(Uint8Array.of(sw >> 8, sw & 0xff)) };
  },
  atr,
  ppse: (inputs) => {
    const { data, sw } = parseResponse(bytesOf(inputs.response));
    if (sw !== 0x9000) throw new EmvRefusal('ppse-not-selected', 'the card did not select its directory');
    const entries = directoryEntries(data).map((entry) => ({
      aid: toHex(entry.aid),
      label: entry.label ?? null,
      priority: priorityOf(entry),
      kernelId: hexOrNull(entry.kernelId),
    }));
    return { entries };
  },
};
