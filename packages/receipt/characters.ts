/** Characters that printers' fonts lack, and what stands for them. */
const SUBSTITUTES: Readonly<Record<string, string>> = {
  '\u00a5': '\uffe5',
  '\u2022': '*',
  '\u2212': '-',
  '\u00a0': ' ',
};

/**
 * Text as a receipt printer may be given it: one line without control characters, so that no name on a receipt can give the
 * printer a command; the yen sign in full width (U+FFE5), which is the one that printers' Chinese fonts have.
 */
export function printable(text: string): string {
  return (
    text
      .normalize('NFC')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these must not reach the printer.
      .replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
      .replace(/[\u00a0\u00a5\u2022\u2212]/g, (character) => SUBSTITUTES[character] ?? character)
  );
}

/** Columns that a text takes: one for ASCII, two for what the printer draws from its Chinese font. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOfCharacter(character);
  return columns;
}

/** Columns of one character. */
export function columnsOfCharacter(character: string): number {
  return character.charCodeAt(0) < 0x80 ? 1 : 2;
}

/** The text in lines of at most `columns`, broken at spaces where there are any and between Chinese characters. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of wordsOf(text, columns)) {
    if (columnsOf(line) + columnsOf(word.trimEnd()) > columns && line !== '') {
      lines.push(line.trimEnd());
      line = '';
    }
    line += line === '' ? word.trimStart() : word;
  }
  if (line.trimEnd() !== '' || lines.length === 0) lines.push(line.trimEnd());
  return lines;
}

/** Pieces that are not broken: words with the space behind them, single Chinese characters, parts of what is longer than a line. */
function wordsOf(text: string, columns: number): string[] {
  const words = text.match(/[\u0021-\u007e]+ *|[^\u0021-\u007e]/gu) ?? [];
  return words.flatMap((word) => (columnsOf(word.trimEnd()) <= columns ? [word] : (word.match(pieces(columns)) ?? [])));
}

function pieces(columns: number): RegExp {
  return new RegExp(`.{1,${columns}}`, 'gu');
}
