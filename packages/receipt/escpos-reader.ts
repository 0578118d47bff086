import { utf8Decode } from '@zhanggui/base';
import type { Gb18030Decoder } from './gb18030.ts';

/** What a printer would do with a stream of commands. */
export type PrinterAction =
  | { readonly kind: 'line'; readonly text: string; readonly bold: boolean; readonly double: boolean }
  | { readonly kind: 'image'; readonly width: number; readonly height: number }
  | { readonly kind: 'qr'; readonly content: string }
  | { readonly kind: 'cut' }
  | { readonly kind: 'drawer' };

/** Bytes of each command with its parameters, by its first two bytes, for those of fixed length that `toEscPos` sends. */
const LENGTHS: Readonly<Record<number, number>> = {
  6976: 2,
  7206: 2,
  6981: 3,
  7457: 3,
  7201: 3,
  7009: 3,
  7510: 4,
  7024: 5,
};

/**
 * Reads the commands that `toEscPos` and `drawerKick` make, as a printer would, for previews and tests.
 * @throws RangeError for a command outside of them, with its offset.
 */
export function readEscPos(bytes: Uint8Array, decode: Gb18030Decoder): PrinterAction[] {
  const actions: PrinterAction[] = [];
  const state = { bold: false, double: false, code: '' };
  let offset = 0;
  while (offset < bytes.length) {
    const end = commandEnd(bytes, offset);
    const piece = bytes.subarray(offset, end);
    const action = actionOf(piece, state, decode, offset);
    if (action !== undefined) actions.push(action);
    offset = end;
  }
  return actions;
}

function commandEnd(bytes: Uint8Array, offset: number): number {
  const [first = 0, second = 0] = bytes.subarray(offset, offset + 2);
  if (first !== 0x1b && first !== 0x1c && first !== 0x1d) return lineEnd(bytes, offset);
  const at = (index: number): number => bytes[offset + index] ?? 0;
  const code = (first << 8) | second;
  const fixed = LENGTHS[code];
  if (fixed !== undefined) return offset + fixed;
  if (code === 0x1d28) return offset + 5 + at(3) + (at(4) << 8);
  if (code === 0x1d76) return offset + 8 + (at(4) | (at(5) << 8)) * (at(6) | (at(7) << 8));
  throw new RangeError(`no command that this reader knows at offset ${offset}`);
}

function lineEnd(bytes: Uint8Array, offset: number): number {
  const end = bytes.indexOf(0x0a, offset);
  if (end < 0) throw new RangeError(`a line without an end at offset ${offset}`);
  return end + 1;
}

interface ReaderState {
  bold: boolean;
  double: boolean;
  code: string;
}

function actionOf(
  piece: Uint8Array,
  state: ReaderState,
  decode: Gb18030Decoder,
  offset: number,
): PrinterAction | undefined {
  const [first = 0, second = 0, third = 0] = piece;
  switch ((first << 8) | second) {
    case 0x1b45:
      state.bold = third === 1;
      return undefined;
    case 0x1d21:
      state.double = third !== 0;
      return undefined;
    case 0x1b40:
    case 0x1c26:
    case 0x1c21:
    case 0x1b61:
      return undefined;
    case 0x1d56:
      return { kind: 'cut' };
    case 0x1b70:
      return { kind: 'drawer' };
    case 0x1d76:
      return imageOf(piece);
    case 0x1d28:
      return qrOf(piece, state, offset);
    default:
      return { kind: 'line', text: decode(piece.subarray(0, -1)), bold: state.bold, double: state.double };
  }
}

function imageOf(piece: Uint8Array): PrinterAction {
  const at = (index: number): number => piece[index] ?? 0;
  return { kind: 'image', width: (at(4) | (at(5) << 8)) * 8, height: at(6) | (at(7) << 8) };
}

function qrOf(piece: Uint8Array, state: ReaderState, offset: number): PrinterAction | undefined {
  const [, , , , , symbol, code] = piece;
  if (symbol !== 49) throw new RangeError(`no QR code at offset ${offset}`);
  if (code === 80) state.code = utf8Decode(piece.subarray(8));
  return code === 81 ? { kind: 'qr', content: state.code } : undefined;
}
