import { digitAt, IdentifierRefusal, requireShape } from './refusal.ts';

/** One row of an issuer table: cards whose number has `panLength` digits and starts with `prefix`. */
export interface BinEntry {
  /** 1 to 18 digits. */
  readonly prefix: string;
  /** 8 to 19 digits; ISO/IEC 7812-1 allows up to 19. */
  readonly panLength: number;
}

const LONGEST_PAN = 19;
const NONE = 0;

/**
 * Issuer look-up by the longest prefix among the rows of the card number's own length (UnionPay's tables give both).
 * `Entry` carries whatever else the table says: issuer, debit or credit, currency.
 *
 * The rows become one digit trie a length inside one Int32Array, eleven cells a node: ten children and the row's index + 1.
 * A look-up therefore reads a handful of cells and allocates nothing.
 */
export class BinTable<Entry extends BinEntry> {
  readonly #entries: readonly Entry[];
  readonly #cells: Int32Array;
  readonly #roots = new Int32Array(LONGEST_PAN + 1);

  /** @throws IdentifierRefusal `bin-entry` for a row that cannot match, `bin-duplicate` for two rows alike; `path` is the row's index. */
  constructor(entries: readonly Entry[]) {
    this.#entries = [...entries];
    const cells: number[] = new Array<number>(CELLS_PER_NODE).fill(NONE);
    entries.forEach((entry, index) => {
      requireEntry(entry, index);
      const root = this.#roots[entry.panLength] || addNode(cells);
      this.#roots[entry.panLength] = root;
      const node = nodeOf(cells, root, entry.prefix);
      if (cells[node + ROW] !== NONE)
        throw new IdentifierRefusal('bin-duplicate', 'two rows have one prefix and length', { path: String(index) });
      cells[node + ROW] = index + 1;
    });
    this.#cells = Int32Array.from(cells);
  }

  /** The row for a card number, or for its clear leading digits when the full length is given as `panLength`. */
  find(pan: string, panLength: number = pan.length): Entry | undefined {
    const cells = this.#cells;
    let node = this.#roots[panLength] ?? NONE;
    let row = NONE;
    for (let index = 0; node !== NONE; index += 1) {
      row = cells[node + ROW] || row;
      const digit = digitAt(pan, index);
      node = digit >= 0 && digit <= 9 ? (cells[node + digit] ?? NONE) : NONE;
    }
    return row === NONE ? undefined : this.#entries[row - 1];
  }
}

const ROW = 10;
const CELLS_PER_NODE = 11;

function requireEntry(entry: BinEntry, index: number): void {
  const path = String(index);
  requireShape(entry.prefix, /^\d{1,18}$/, 'bin-entry', `row ${path}: a prefix has 1 to 18 digits`);
  const { panLength, prefix } = entry;
  if (!Number.isInteger(panLength) || panLength < 8 || panLength > LONGEST_PAN || panLength <= prefix.length)
    throw new IdentifierRefusal('bin-entry', `row ${path}: a card number has 8 to 19 digits, more than its prefix`, {
      path,
    });
}

function addNode(cells: number[]): number {
  const node = cells.length;
  for (let cell = 0; cell < CELLS_PER_NODE; cell += 1) cells.push(NONE);
  return node;
}

function nodeOf(cells: number[], root: number, prefix: string): number {
  let node = root;
  for (let index = 0; index < prefix.length; index += 1) {
    const cell = node + digitAt(prefix, index);
    const next = cells[cell] || addNode(cells);
    cells[cell] = next;
    node = next;
  }
  return node;
}
