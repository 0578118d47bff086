import { concatBytes, utf8Encode } from '@zhanggui/base';
import type { Bitmap, ReceiptDocument } from './document.ts';
import type { Gb18030Encoder } from './gb18030.ts';
import { layOut, type PrintedLine } from './layout.ts';

const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;

export interface EscPosOptions {
  /** Columns of the 12×24 font: 32 on paper of 58 mm, 48 on 80 mm. */
  readonly columns: number;
  readonly encoder: Gb18030Encoder;
}

/**
 * The document as commands of a receipt printer (Epson ESC/POS): Chinese in GB18030 under FS &, double size by GS ! and FS !,
 * pictures by GS v 0, QR codes by GS ( k (model 2, level M), cuts by GS V.
 */
export function toEscPos(document: ReceiptDocument, { columns, encoder }: EscPosOptions): Uint8Array {
  const start = Uint8Array.of(ESC, 0x40, FS, 0x26);
  return concatBytes(start, ...layOut(document, columns).map((line) => bytesOf(line, encoder)));
}

/** Opens the cash drawer at pin 2 of its socket: ESC p 0, a pulse of 50 ms, at most 500 ms between two. */
export function drawerKick(): Uint8Array {
  return Uint8Array.of(ESC, 0x70, 0, 25, 250);
}

function bytesOf(line: PrintedLine, encoder: Gb18030Encoder): Uint8Array {
  switch (line.kind) {
    case 'characters':
      return concatBytes(style(line.bold, line.double), encoder.encode(line.text), Uint8Array.of(0x0a));
    case 'image':
      return centred(picture(line.bitmap));
    case 'qr':
      return centred(qrCode(line.content));
    case 'cut':
      return Uint8Array.of(GS, 0x56, 66, 0);
  }
}

/** ESC E is bold; the sizes of ASCII and of Chinese characters are two settings. */
function style(bold: boolean, double: boolean): Uint8Array {
  const size = double ? 1 : 0;
  return Uint8Array.of(ESC, 0x45, bold ? 1 : 0, GS, 0x21, size * 0x11, FS, 0x21, size * 0x0c);
}

function centred(bytes: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(ESC, 0x61, 1), bytes, Uint8Array.of(ESC, 0x61, 0));
}

/** GS v 0: width in bytes and height in dots, the low byte first. */
function picture({ width, height, dots }: Bitmap): Uint8Array {
  const rowBytes = Math.ceil(width / 8);
  if (dots.length !== rowBytes * height) throw new RangeError('the picture has not the dots that its size needs');
  const size = Uint8Array.of(rowBytes & 0xff, rowBytes >> 8, height & 0xff, height >> 8);
  return concatBytes(Uint8Array.of(GS, 0x76, 0x30, 0), size, dots);
}

/** GS ( k, function codes 165 (model), 167 (size of a module in dots), 169 (correction), 180 (store), 181 (print). */
function qrCode(content: string): Uint8Array {
  const data = utf8Encode(content);
  return concatBytes(
    qrFunction(65, Uint8Array.of(50, 0)),
    qrFunction(67, Uint8Array.of(6)),
    qrFunction(69, Uint8Array.of(49)),
    qrFunction(80, concatBytes(Uint8Array.of(48), data)),
    qrFunction(81, Uint8Array.of(48)),
  );
}

function qrFunction(code: number, parameters: Uint8Array): Uint8Array {
  const length = parameters.length + 2;
  return concatBytes(Uint8Array.of(GS, 0x28, 0x6b, length & 0xff, length >> 8, 49, code), parameters);
}
