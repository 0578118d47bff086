import { fromHex } from '@zhanggui/base';
import { importKey, type KeyAlgorithm, type KeyUsage, type SecretKey } from '@zhanggui/paycrypto';
import { type Call, UsageError } from './command.ts';

/**
 * Bytes of a hexadecimal text; spaces, colons and line ends between digits are dropped.
 * @throws UsageError when it is not hexadecimal.
 */
export function bytesOf(text: string, what: string): Uint8Array {
  try {
    return fromHex(text.replace(/[\s:]/g, ''));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(`${what} is not hexadecimal: ${error.message}.`);
  }
}

/** A secret in hexadecimal as a key. */
export async function keyFrom(call: Call, name: string, algorithm: KeyAlgorithm, usage: KeyUsage): Promise<SecretKey> {
  return importKey((await call.secret(name)).replace(/\s/g, ''), { algorithm, usage });
}

/** Whether the data at `index` stands on the command line itself, where others can see it. */
export function isPlainArgument(call: Call, index: number): boolean {
  const given = call.positionals[index];
  return call.option('file') === undefined && given !== undefined && given !== '-';
}

/** Tells the person that card data came in by an argument. */
export function remarkPlainCardData(call: Call, index: number): void {
  if (isPlainArgument(call, index))
    call.remark('Note: this holds card data; of a real card, give it by file or stdin (-) and not as an argument.');
}

/** A card number for the screen: first six and last four digits, unless it is to be shown. */
export function shownPan(pan: string, unmask: boolean): string {
  if (unmask) return pan;
  return pan.length < 13 ? '•'.repeat(pan.length) : `${pan.slice(0, 6)}${'•'.repeat(pan.length - 10)}${pan.slice(-4)}`;
}

/** A secret value for the screen: one dot for each character, unless it is to be shown. */
export function shownSecret(value: string, unmask: boolean): string {
  return unmask ? value : '•'.repeat(value.length);
}

/** Lines of names and values, the values in one column. */
export function table(rows: readonly (readonly [name: string, value: string | undefined])[]): string {
  const present = rows.filter((row): row is readonly [string, string] => row[1] !== undefined);
  const widest = Math.max(0, ...present.map(([name]) => widthOf(name)));
  return present.map(([name, value]) => `${name}${' '.repeat(widest - widthOf(name))}  ${value}`).join('\n');
}

/** Columns that a text takes on a terminal: Chinese characters take two. */
function widthOf(text: string): number {
  return [...text].reduce((sum, character) => sum + (/[\u1100-\u115f\u2e80-\uffdc]/.test(character) ? 2 : 1), 0);
}
