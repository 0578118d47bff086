/** The line under a generated page's title. */
export const GENERATED = 'Written from the code by `npm run docs`; not to be edited.';

/** A Markdown table; bars and line breaks inside cells are made harmless. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** A word as code. */
export function code(word: string): string {
  return `\`${word}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
