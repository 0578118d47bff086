import { toHex } from '@zhanggui/base';
import { encodeBitmap } from './bitmap.ts';
import { Iso8583Error } from './error.ts';
import { maskValue, plainValue } from './mask.ts';
import { dissect } from './message.ts';
import { describeMti } from './mti.ts';
import type { FieldSpec, Message, Sensitivity, Spec } from './spec.ts';
import { decodeSubFields, type SubField, totalLength } from './sub-fields.ts';

/** How a message is printed. */
export interface DescribeOptions {
  /** Prints card data, PIN blocks and keys in clear; only for test data. */
  readonly unmasked?: boolean;
}

interface Entry {
  readonly number: number;
  readonly value: string | Uint8Array;
  readonly offset?: number;
}

type Show = (value: string | Uint8Array, sensitivity: Sensitivity | undefined) => string;

/**
 * A message in lines for people: the MTI in words, the bit map, each field with its name and value, and the elements
 * inside. Account numbers keep 6 and 4 digits; tracks, PIN blocks, chip data, keys and private fields keep only their
 * length, unless `unmasked`. Bytes that cannot be read are described as far as they go, with the refusal at the end.
 */
export function describe<Dialect extends Spec>(
  spec: Dialect,
  message: Message<Dialect> | Uint8Array,
  options: DescribeOptions = {},
): string {
  const show: Show = options.unmasked === true ? plainValue : maskValue;
  const lines = [spec.name];
  if (message instanceof Uint8Array) {
    const { mti, bitmap, fields, error } = dissect(spec, message);
    lines.push(...headLines(mti, bitmap));
    lines.push(...fields.flatMap((field) => fieldLines(spec, field, show)));
    if (error !== undefined) lines.push(`refused: ${error.message} (offset ${error.offset ?? 0})`);
  } else {
    const entries = entriesOf(message as Message);
    lines.push(...headLines(message.mti, encodeBitmap(entries.map(({ number }) => number))));
    lines.push(...entries.flatMap((entry) => fieldLines(spec, entry, show)));
  }
  return `${lines.join('\n')}\n`;
}

function headLines(mti: string | undefined, bitmap: Uint8Array | undefined): string[] {
  const lines = mti === undefined ? [] : [`MTI ${mti}  ${mtiInWords(mti)}`];
  return bitmap === undefined ? lines : [...lines, `bit map ${toHex(bitmap)}`];
}

function mtiInWords(mti: string): string {
  try {
    const { version, class: kind, function: purpose, origin } = describeMti(mti);
    return `${version}, ${kind} ${purpose}, ${origin}`;
  } catch (error) {
    if (error instanceof Iso8583Error) return 'not a message type of the standard';
    throw error;
  }
}

function entriesOf(message: Message): Entry[] {
  return Object.entries(message.fields).flatMap(([key, value]) =>
    value === undefined ? [] : [{ number: Number(key), value }],
  );
}

function fieldLines(spec: Spec, entry: Entry, show: Show): string[] {
  const field = spec.fields[entry.number];
  if (field === undefined) return [`F${entry.number}  <not a field of the dialect>`];
  const elements = elementsOf(field, entry);
  const hidden = elements.length > 0 && field.type !== 'ber-tlv' ? undefined : field.sensitivity;
  const at = entry.offset === undefined ? '' : `@${entry.offset}  `;
  const line = `F${String(entry.number).padEnd(3)} ${at}${field.name}: ${show(entry.value, hidden)}`;
  return [line, ...elements.map((element) => elementLine(entry.number, element, field, show))];
}

function elementLine(number: number, element: SubField, field: FieldSpec, show: Show): string {
  const name = element.name === undefined ? '' : ` ${element.name}`;
  const sensitivity = element.sensitivity ?? (field.type === 'ber-tlv' ? 'chip' : undefined);
  return `  ${number}.${element.id}${name}: ${show(element.value, sensitivity)}`;
}

/** The elements inside a field; none when it has no layout, or holds something else than its layout says. */
function elementsOf(field: FieldSpec, entry: Entry): SubField[] {
  const layout = field.sub;
  if (layout === undefined) return [];
  if (layout.layout === 'positional' && layout.whole === true && entry.value.length !== totalLength(layout)) return [];
  try {
    return decodeSubFields(layout, entry.value, String(entry.number));
  } catch (error) {
    if (error instanceof Iso8583Error) return [];
    throw error;
  }
}
