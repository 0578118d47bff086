import type { ReceiptDocument } from './document.ts';
import { layOut, type PrintedLine } from './layout.ts';

/** The document as plain text of `columns`; codes are written as what they say, pictures are left out, a cut is a form feed. */
export function toText(document: ReceiptDocument, columns: number): string {
  return `${layOut(document, columns).flatMap(textOf).join('\n')}\n`;
}

function textOf(line: PrintedLine): string[] {
  switch (line.kind) {
    case 'characters':
      return [line.text];
    case 'qr':
      return [line.content];
    case 'image':
      return [];
    case 'cut':
      return ['\f'];
  }
}
