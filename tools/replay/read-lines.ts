import { fromBeijing, parseDecimal, priceByWeight } from '@zhanggui/base';

/** One line of a till's file. Returns count backwards: their grams and amount are negative. */
export interface TillLine {
  /** Line number in the file, the header being 1. */
  readonly number: number;
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly itemCode: string;
  readonly grams: number;
  readonly unitPriceMinor: number;
  /** Half-up to the fen, line by line. */
  readonly amountMinor: number;
  readonly isReturn: boolean;
  readonly isDiscounted: boolean;
}

/** A line that could not be read, with what is wrong with it. */
export interface MalformedLine {
  readonly number: number;
  readonly why: string;
}

const COLUMNS = ['sale_date', 'scan_time', 'item_code', 'kg', 'unit_price', 'sale_type', 'discounted'] as const;
type Column = (typeof COLUMNS)[number];

/**
 * Reads a till's file: comma-separated UTF-8 with a header; columns are found by name, in any order.
 * @throws RangeError when a column is missing from the header.
 */
export function readTillLines(text: string): { lines: readonly TillLine[]; malformed: readonly MalformedLine[] } {
  const [header = '', ...rows] = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const names = header.split(',').map((name) => name.trim());
  const missing = COLUMNS.filter((column) => !names.includes(column));
  if (missing.length > 0) throw new RangeError(`the header lacks ${missing.join(', ')}`);
  const lines: TillLine[] = [];
  const malformed: MalformedLine[] = [];
  for (const [index, row] of rows.entries()) {
    if (row.trim() === '') continue;
    const read = readLine(index + 2, names, row.split(','));
    if ('why' in read) malformed.push(read);
    else lines.push(read);
  }
  return { lines, malformed };
}

function readLine(number: number, names: readonly string[], cells: readonly string[]): TillLine | MalformedLine {
  if (cells.length !== names.length) return { number, why: `has ${cells.length} columns, not ${names.length}` };
  const cell = (column: Column): string => cells[names.indexOf(column)]?.trim() ?? '';
  const date = cell('sale_date');
  const at = timeOf(date, cell('scan_time'));
  if (at === undefined) return { number, why: 'sale_date or scan_time is not a time' };
  const itemCode = cell('item_code');
  if (!/^[0-9A-Za-z_-]{1,40}$/.test(itemCode)) return { number, why: 'item_code is not a code' };
  const kg = /^(-?)(\d{1,6})(?:\.(\d{1,3}))?$/.exec(cell('kg'));
  const measured = kg === null ? 0 : Number(`${kg[2]}${(kg[3] ?? '').padEnd(3, '0')}`);
  if (kg === null || measured === 0) return { number, why: 'kg is not a weight' };
  const price = /^\d{1,7}(\.\d{1,2})?$/.test(cell('unit_price')) ? parseDecimal(cell('unit_price')) : undefined;
  if (price === undefined) return { number, why: 'unit_price is not a price' };
  const type = cell('sale_type');
  if (type !== '销售' && type !== '退货') return { number, why: 'sale_type is neither 销售 nor 退货' };
  const isReturn = type === '退货';
  if (kg[1] === '-' && !isReturn) return { number, why: 'a sale of a negative weight' };
  const discounted = cell('discounted');
  if (discounted !== '是' && discounted !== '否') return { number, why: 'discounted is neither 是 nor 否' };
  const amount = priceByWeight(price, measured);
  const sign = isReturn ? -1 : 1;
  return {
    number,
    date,
    at,
    itemCode,
    grams: sign * measured,
    unitPriceMinor: price,
    amountMinor: sign * amount,
    isReturn,
    isDiscounted: discounted === '是',
  };
}

function timeOf(date: string, time: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || !/^\d{2}:\d{2}:\d{2}(\.\d{1,6})?$/.test(time)) return undefined;
  const at = fromBeijing(date, time);
  // JavaScript reads 31 June as 1 July; a till never writes such a day.
  const roundTrip = Number.isNaN(at) ? '' : new Date(at + 8 * 3_600_000).toISOString().slice(0, 10);
  return roundTrip === date ? at : undefined;
}

/** What one customer bought, or one line brought back. */
export interface Basket {
  readonly lines: readonly TillLine[];
  readonly isReturn: boolean;
}

const SAME_CUSTOMER_MS = 15_000;

/** Lines scanned less than 15 s apart on one day are one sale; each return stands alone. */
export function toBaskets(lines: readonly TillLine[]): readonly Basket[] {
  const baskets: { lines: TillLine[]; isReturn: boolean }[] = [];
  for (const line of lines) {
    const last = baskets.at(-1);
    const before = last?.lines.at(-1);
    const together =
      last !== undefined &&
      before !== undefined &&
      !last.isReturn &&
      !line.isReturn &&
      before.date === line.date &&
      Math.abs(line.at - before.at) < SAME_CUSTOMER_MS;
    if (together) last.lines.push(line);
    else baskets.push({ lines: [line], isReturn: line.isReturn });
  }
  return baskets;
}
