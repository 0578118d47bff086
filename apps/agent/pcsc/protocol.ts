/**
 * The protocol between programs and pcscd over its socket, version 4: a header of length and command, a structure of 32-bit words in the
 * machine's order (little endian), which comes back filled in. `transmit` carries the bytes of command and answer behind it.
 */

/** Commands, by their numbers. */
export const COMMAND = {
  establishContext: 0x01,
  connect: 0x04,
  disconnect: 0x06,
  transmit: 0x09,
  version: 0x11,
  readersState: 0x12,
} as const;

export const PROTOCOL_MAJOR = 4;
/** The minor version that is offered first; the service names its own where it has another. */
export const PROTOCOL_MINOR = 4;

/** Return code of success; the others are those of SCard functions, 0x801000xx. */
export const SUCCESS = 0;

/** What a card's slot says of itself, as bits. */
const SLOT = { present: 0x04, mute: 0x08 } as const;

export const SHARE_EXCLUSIVE = 1;
/** T=0 or T=1, as the card has it. */
export const PROTOCOL_ANY = 3;
export const PROTOCOL_T0 = 1;
export const UNPOWER_CARD = 2;
const SCOPE_SYSTEM = 2;

/** The longest answer to a short command is 258 bytes; the service wants room for an extended one. */
const MOST_ANSWER_BYTES = 65_548;
const NAME_BYTES = 128;
const READER_BYTES = 184;
const MOST_READERS = 16;

/** Bytes of the structure that a command takes and returns. */
export const STRUCTURE_BYTES = {
  version: 12,
  establishContext: 12,
  connect: 152,
  disconnect: 12,
  transmit: 32,
  readersState: READER_BYTES * MOST_READERS,
} as const;

/** A reader as the service sees it. */
export interface ReaderState {
  readonly name: string;
  /** Grows when a card comes or goes. */
  readonly events: number;
  readonly present: boolean;
  /** The card does not answer to its reset. */
  readonly mute: boolean;
  /** A program is connected to the card. */
  readonly inUse: boolean;
  /** Empty without a card, or while it has no power. */
  readonly atr: Uint8Array;
}

/** A command with its header; commands without a structure have an empty one. */
export function frame(command: number, structure: Uint8Array, behind: Uint8Array = new Uint8Array(0)): Uint8Array {
  const bytes = new Uint8Array(8 + structure.length + behind.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, structure.length, true);
  view.setUint32(4, command, true);
  bytes.set(structure, 8);
  bytes.set(behind, 8 + structure.length);
  return bytes;
}

/** A structure of 32-bit words. */
export function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value >>> 0, true);
  return bytes;
}

/** The word at a place of an answer, counted in bytes. */
export function wordAt(structure: Uint8Array, offset: number): number {
  return new DataView(structure.buffer, structure.byteOffset).getUint32(offset, true);
}

/** Major and minor version and the return code. */
export function versionStructure(minor: number): Uint8Array {
  return words(PROTOCOL_MAJOR, minor, 0);
}

/** Scope, context and return code. */
export function contextStructure(): Uint8Array {
  return words(SCOPE_SYSTEM, 0, 0);
}

/** Context, the reader's name in 128 bytes, share mode, protocols, card, protocol in use, return code. */
export function connectStructure(context: number, reader: string): Uint8Array {
  const name = new TextEncoder().encode(reader);
  if (name.length >= NAME_BYTES) throw new RangeError('the name of a reader is too long');
  const bytes = new Uint8Array(STRUCTURE_BYTES.connect);
  bytes.set(words(context), 0);
  bytes.set(name, 4);
  bytes.set(words(SHARE_EXCLUSIVE, PROTOCOL_ANY, 0, 0, 0), 4 + NAME_BYTES);
  return bytes;
}

/** Where `connect` returns them. */
export const CONNECT_RESULT = { card: 140, protocol: 144, code: 148 } as const;

/** Card, protocol and length of its header, bytes sent, the same of what comes back, room for it, return code. */
export function transmitStructure(card: number, protocol: number, length: number): Uint8Array {
  const HEADER_BYTES = 8;
  return words(card, protocol, HEADER_BYTES, length, protocol, HEADER_BYTES, MOST_ANSWER_BYTES, 0);
}

/** Where `transmit` returns them. */
export const TRANSMIT_RESULT = { length: 24, code: 28 } as const;

/** Readers that are there. An entry is a name, events, state, sharing, 33 bytes of ATR, its length, and the protocol. */
export function readStates(table: Uint8Array): ReaderState[] {
  const states: ReaderState[] = [];
  for (let offset = 0; offset + READER_BYTES <= table.length; offset += READER_BYTES) {
    const entry = table.subarray(offset, offset + READER_BYTES);
    const end = entry.indexOf(0);
    const name = new TextDecoder().decode(entry.subarray(0, Math.min(end < 0 ? NAME_BYTES : end, NAME_BYTES)));
    if (name === '') continue;
    const state = wordAt(entry, 132);
    const present = (state & SLOT.present) !== 0;
    const mute = (state & SLOT.mute) !== 0;
    const inUse = wordAt(entry, 136) !== 0;
    const atr = entry.slice(140, 140 + Math.min(wordAt(entry, 176), 33));
    states.push({ name, events: wordAt(entry, 128), present, mute, inUse, atr: present ? atr : new Uint8Array(0) });
  }
  return states;
}
