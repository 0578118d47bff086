import { type CommandApdu, parseCommand, parseResponse } from './apdu.ts';
import type { TagValues } from './dol.ts';
import { EmvRefusal } from './refusal.ts';
import { parseTlv, primitives, type TlvNode } from './tlv.ts';

/** One command with its answer, as a trace records them. */
export interface Exchange {
  readonly command: Uint8Array;
  readonly response: Uint8Array;
}

/**
 * What a recorded session tells about the application: primitive data objects first seen since the SELECT that the
 * application answered with its FCI; the whole session where no SELECT itself brings one (T=0 with its status 61xx visible).
 * Answers in format 1 are taken apart by their command: GET PROCESSING OPTIONS gives 82 and 94, GENERATE AC gives 9F27, 9F36,
 * 9F26 and 9F10, of which the last counts; fetched by a visible GET RESPONSE they are left out, as data of no named form.
 * EMV Book 3 clauses 6.5.5.4 and 6.5.8.4.
 * @throws EmvRefusal `apdu-malformed` when a command or an answer is not one.
 */
export function sessionValues(session: readonly Exchange[]): TagValues {
  const steps = session.map(({ command, response }) => ({
    command: parseCommand(command),
    ...parseResponse(response),
  }));
  const start = steps.findIndex(
    ({ command, data, sw }) => sw === 0x9000 && data.length > 0 && isApplicationSelect(command),
  );
  const values = new Map<string, Uint8Array>();
  for (const { command, data } of steps.slice(Math.max(start, 0))) {
    const nodes = tryParse(data);
    const [first] = nodes;
    if (first?.tag === '80') addFormat1(values, command, first.value);
    else for (const { tag, value } of primitives(nodes)) if (!values.has(tag)) values.set(tag, value);
  }
  return values;
}

function isApplicationSelect(command: CommandApdu): boolean {
  if (command.ins !== 0xa4 || command.p1 !== 0x04 || command.data === undefined) return false;
  const name = String.fromCharCode(...command.data);
  return !/^[12]PAY\.SYS\./.test(name);
}

function addFormat1(values: Map<string, Uint8Array>, command: CommandApdu, value: Uint8Array): void {
  if (command.ins === 0xa8 && value.length >= 2) {
    if (!values.has('82')) values.set('82', value.subarray(0, 2));
    if (!values.has('94')) values.set('94', value.subarray(2));
  }
  if (command.ins !== 0xae || value.length < 11) return;
  values.set('9F27', value.subarray(0, 1)).set('9F36', value.subarray(1, 3)).set('9F26', value.subarray(3, 11));
  if (value.length > 11) values.set('9F10', value.subarray(11));
}

function tryParse(data: Uint8Array): readonly TlvNode[] {
  try {
    return parseTlv(data);
  } catch (error) {
    if (error instanceof EmvRefusal) return [];
    throw error;
  }
}
