import { columnsOf, printable, wrap } from './characters.ts';
import type { Alignment, Bitmap, Block, ReceiptDocument, TextStyle } from './document.ts';

/** What every rendering draws: lines of characters on a grid, pictures, codes and cuts. */
export type PrintedLine =
  | {
      readonly kind: 'characters';
      /** Filled with spaces at the left only; counted in the columns of its own size. */
      readonly text: string;
      readonly bold: boolean;
      readonly double: boolean;
    }
  | { readonly kind: 'image'; readonly bitmap: Bitmap }
  | { readonly kind: 'qr'; readonly content: string }
  | { readonly kind: 'cut' };

/** The document set in lines of `columns`, which is at least 16. */
export function layOut(document: ReceiptDocument, columns: number): PrintedLine[] {
  if (!Number.isInteger(columns) || columns < 16) throw new RangeError('paper has at least 16 columns');
  return document.flatMap((block) => linesOf(block, columns));
}

function linesOf(block: Block, columns: number): PrintedLine[] {
  switch (block.kind) {
    case 'text':
      return text(printable(block.text), columns, block.align ?? 'left', block.style ?? {});
    case 'pair':
      return pair(printable(block.left), printable(block.right), columns, block.style ?? {});
    case 'rule':
      return [characters('-'.repeat(columns), {})];
    case 'space':
      return Array.from({ length: block.lines }, () => characters('', {}));
    case 'qr':
    case 'image':
    case 'cut':
      return [block];
  }
}

function text(content: string, columns: number, align: Alignment, style: TextStyle): PrintedLine[] {
  const width = widthOf(columns, style);
  return wrap(content, width).map((line) => characters(aligned(line, width, align), style));
}

function pair(left: string, right: string, columns: number, style: TextStyle): PrintedLine[] {
  const width = widthOf(columns, style);
  const gap = width - columnsOf(left) - columnsOf(right);
  if (gap >= 1) return [characters(left + ' '.repeat(gap) + right, style)];
  const rightLines = wrap(right, width).map((line) => aligned(line, width, 'right'));
  const leftLines = wrap(left, width);
  return [...leftLines, ...rightLines].map((line) => characters(line, style));
}

function aligned(line: string, width: number, align: Alignment): string {
  const room = Math.max(0, width - columnsOf(line));
  if (align === 'left') return line;
  return ' '.repeat(align === 'right' ? room : Math.floor(room / 2)) + line;
}

function widthOf(columns: number, style: TextStyle): number {
  return style.double === true ? Math.floor(columns / 2) : columns;
}

function characters(content: string, { bold = false, double = false }: TextStyle): PrintedLine {
  return { kind: 'characters', text: content, bold, double };
}
