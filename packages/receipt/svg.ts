import encodeQr from 'qr';
import { columnsOfCharacter } from './characters.ts';
import type { Bitmap, ReceiptDocument } from './document.ts';
import { layOut, type PrintedLine } from './layout.ts';

const DOTS_PER_COLUMN = 12;
const LINE_DOTS = 30;
const FONT_DOTS = 20;
const MARGIN_DOTS = 24;
const QR_MODULE_DOTS = 6;
const FONTS =
  "ui-monospace, 'DejaVu Sans Mono', Menlo, 'Noto Sans SC Variable', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', monospace";

/** The document as a picture of the paper, a dot of the printer a unit; characters stand on the printer's grid. */
export function toSvg(document: ReceiptDocument, columns: number): string {
  const paper = columns * DOTS_PER_COLUMN;
  const width = paper + 2 * MARGIN_DOTS;
  const parts: string[] = [];
  let y = MARGIN_DOTS;
  for (const line of layOut(document, columns)) {
    const { svg, height } = draw(line, y, paper);
    parts.push(svg);
    y += height;
  }
  const height = y + MARGIN_DOTS;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<g fill="#111" font-family="${FONTS}" transform="translate(${MARGIN_DOTS} 0)">`,
    ...parts,
    '</g></svg>',
  ].join('');
}

interface Drawn {
  readonly svg: string;
  readonly height: number;
}

function draw(line: PrintedLine, y: number, paper: number): Drawn {
  switch (line.kind) {
    case 'characters':
      return characters(line, y);
    case 'image':
      return picture(line.bitmap, y, paper);
    case 'qr':
      return qrCode(line.content, y, paper);
    case 'cut':
      return {
        svg: `<path d="M0 ${y + LINE_DOTS / 2}H${paper}" stroke="#999" stroke-dasharray="2 6" fill="none"/>`,
        height: LINE_DOTS,
      };
  }
}

function characters({ text, bold, double }: Extract<PrintedLine, { kind: 'characters' }>, y: number): Drawn {
  const scale = double ? 2 : 1;
  const height = LINE_DOTS * scale;
  const places: number[] = [];
  let column = 0;
  for (const character of text) {
    places.push(...Array.from(character, () => column * DOTS_PER_COLUMN * scale));
    column += columnsOfCharacter(character);
  }
  const weight = bold ? ' font-weight="700"' : '';
  const size = FONT_DOTS * scale;
  const base = y + Math.round(height * 0.72);
  const content = `<text xml:space="preserve" x="${places.join(' ')}" y="${base}" font-size="${size}"${weight}>${escaped(text)}</text>`;
  return { svg: text.trim() === '' ? '' : content, height };
}

function qrCode(content: string, y: number, paper: number): Drawn {
  const rows = encodeQr(content, 'raw', { ecc: 'medium', border: 2 });
  const size = rows.length * QR_MODULE_DOTS;
  return { svg: dots(rows, (paper - size) / 2, y, QR_MODULE_DOTS), height: size };
}

function picture({ width, height, dots: bits }: Bitmap, y: number, paper: number): Drawn {
  const rowBytes = Math.ceil(width / 8);
  const rows = Array.from({ length: height }, (_, row) =>
    Array.from(
      { length: width },
      (_unused, x) => (((bits[row * rowBytes + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) === 1,
    ),
  );
  return { svg: dots(rows, Math.max(0, (paper - width) / 2), y, 1), height: height + 6 };
}

/** Dark dots as one path, a stroke for each run in a row. */
function dots(rows: readonly (readonly boolean[])[], x: number, y: number, size: number): string {
  const runs: string[] = [];
  for (const [row, cells] of rows.entries()) {
    let start = -1;
    for (let column = 0; column <= cells.length; column += 1) {
      const dark = cells[column] === true;
      if (dark && start < 0) start = column;
      if (dark || start < 0) continue;
      runs.push(
        `M${x + start * size} ${y + row * size}h${(column - start) * size}v${size}h${-(column - start) * size}z`,
      );
      start = -1;
    }
  }
  return `<path shape-rendering="crispEdges" d="${runs.join('')}"/>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
