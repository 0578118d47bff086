import { QrError } from './qr-error.ts';

/** One data object of a merchant-presented code, as it stands in the payload. */
export interface MerchantField {
  /** Two digits, `00` to `99`. */
  readonly id: string;
  /** Length of `value` in characters, as the payload counts it. */
  readonly length: number;
  readonly value: string;
  /** The data objects inside a template (26–51, 62, 64, 80–99). */
  readonly children?: readonly MerchantField[];
}

/** The data object with this ID, at the outer level. */
export function findField(fields: readonly MerchantField[], id: string): MerchantField | undefined {
  return fields.find((field) => field.id === id);
}

/** A data object with the place it was found at, for messages. */
export interface PlacedField {
  readonly field: MerchantField;
  readonly offset: number;
}

/**
 * Cuts a list of ID, length, value; lengths count characters.
 * @param base offset of the first character in the whole payload, for messages.
 * @param parent ID of the template that holds the list, or empty.
 * @throws QrError when the list is cut short, an ID or a length is not two digits, or an ID repeats.
 */
export function parseFields(characters: readonly string[], base: number, parent: string): readonly PlacedField[] {
  const placed: PlacedField[] = [];
  const seen = new Set<string>();
  let at = 0;
  while (at < characters.length) {
    const offset = base + at;
    const id = twoDigits(characters, at, offset, parent, 'an ID');
    const path = parent === '' ? id : `${parent}.${id}`;
    const length = Number(twoDigits(characters, at + 2, offset + 2, path, 'a length'));
    const end = at + 4 + length;
    if (end > characters.length) throw new QrError('truncated', `ID ${path} runs past the end`, { path, offset });
    if (seen.has(id)) throw new QrError('repeated-id', `ID ${path} stands twice`, { path, offset });
    seen.add(id);
    placed.push({ field: { id, length, value: characters.slice(at + 4, end).join('') }, offset });
    at = end;
  }
  return placed;
}

/**
 * Opens a template that the decoder leaves closed: the payment systems' own ones in additional data (62.50 to 62.99).
 * @throws QrError when the value is not a list of ID, length, value.
 */
export function openTemplate(template: MerchantField): readonly MerchantField[] {
  return parseFields(Array.from(template.value), 0, template.id).map(({ field }) => field);
}

function twoDigits(characters: readonly string[], at: number, offset: number, path: string, what: string): string {
  const text = `${characters[at] ?? ''}${characters[at + 1] ?? ''}`;
  if (text.length < 2) throw new QrError('truncated', `the payload ends inside ${what}`, { path, offset });
  if (!/^\d\d$/.test(text)) throw new QrError('not-digits', `${what} is not two digits`, { path, offset });
  return text;
}
