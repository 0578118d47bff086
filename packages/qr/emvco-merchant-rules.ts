import { type MerchantField, openTemplate, type PlacedField } from './emvco-fields.ts';
import { QrError } from './qr-error.ts';

/** Character sets of EMVCo MPM 4.3: digits, the EMV common character set, any Unicode text. */
type Format = 'n' | 'ans' | 's';

interface ObjectRule {
  readonly format: Format;
  readonly minimum: number;
  readonly maximum: number;
  readonly pattern?: RegExp;
}

const COMMON: Readonly<Record<Format, RegExp>> = {
  n: /^\d*$/,
  ans: /^[\x20-\x7e]*$/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this pattern keeps out.
  s: /^[^\u0000-\u001f\u007f]*$/,
};

/** Table 3.1 and 4.x of EMVCo MPM 1.1: the data objects of the outer level. */
const OUTER: Readonly<Record<string, ObjectRule>> = {
  '00': { format: 'n', minimum: 2, maximum: 2, pattern: /^01$/ },
  '01': { format: 'n', minimum: 2, maximum: 2, pattern: /^1[12]$/ },
  '52': { format: 'n', minimum: 4, maximum: 4 },
  '53': { format: 'n', minimum: 3, maximum: 3 },
  '54': { format: 'ans', minimum: 1, maximum: 13 },
  '55': { format: 'n', minimum: 2, maximum: 2, pattern: /^0[123]$/ },
  '56': { format: 'ans', minimum: 1, maximum: 13 },
  '57': { format: 'ans', minimum: 1, maximum: 5 },
  '58': { format: 'ans', minimum: 2, maximum: 2, pattern: /^[A-Z]{2}$/ },
  '59': { format: 'ans', minimum: 1, maximum: 25 },
  '60': { format: 'ans', minimum: 1, maximum: 15 },
  '61': { format: 'ans', minimum: 1, maximum: 10 },
  '62': { format: 's', minimum: 1, maximum: 99 },
  '63': { format: 'ans', minimum: 4, maximum: 4 },
  '64': { format: 's', minimum: 1, maximum: 99 },
};

const LABEL: ObjectRule = { format: 'ans', minimum: 1, maximum: 25 };

/** Additional data, ID 62 (4.8). */
const ADDITIONAL: Readonly<Record<string, ObjectRule>> = {
  ...Object.fromEntries(['01', '02', '03', '04', '05', '06', '07', '08'].map((id) => [id, LABEL])),
  '09': { format: 'ans', minimum: 1, maximum: 3, pattern: /^(?!.*(.).*\1)[AME]+$/ },
  '10': { format: 'ans', minimum: 1, maximum: 20 },
  '11': { format: 'n', minimum: 3, maximum: 3 },
};

/** Merchant information in another language, ID 64 (4.9). */
const LANGUAGE: Readonly<Record<string, ObjectRule>> = {
  '00': { format: 'ans', minimum: 2, maximum: 2, pattern: /^[A-Za-z]{2}$/ },
  '01': { format: 's', minimum: 1, maximum: 25 },
  '02': { format: 's', minimum: 1, maximum: 15 },
};

/** Templates that begin with a globally unique identifier (4.6, 4.10): an AID, a UUID or a reverse domain name. */
const GLOBALLY_UNIQUE: Readonly<Record<string, ObjectRule>> = { '00': { format: 'ans', minimum: 1, maximum: 32 } };

const ANY_ANS: ObjectRule = { format: 'ans', minimum: 1, maximum: 99 };
const ANY_TEXT: ObjectRule = { format: 's', minimum: 1, maximum: 99 };
const MANDATORY: readonly string[] = ['52', '53', '58', '59', '60'];
const LONGEST_PAYLOAD = 512;
const AMOUNT = /^\d+(?:\.(\d*))?$/;

/** ISO 4217 numeric codes whose minor unit is not the hundredth. */
const DECIMALS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    '108 152 174 262 324 352 392 410 548 600 646 704 800 950 952 953'.split(' ').map((code) => [code, 0]),
  ),
  ...Object.fromEntries('048 368 400 414 434 512 788'.split(' ').map((code) => [code, 3])),
};

/** Digits after the decimal point of a currency by its ISO 4217 numeric code; two where the code is not known. */
export function decimalsOf(currency: string | undefined): number {
  return DECIMALS[currency ?? ''] ?? 2;
}

/**
 * Checks the rules of EMVCo MPM 1.1 that go beyond structure: presence, order, formats, lengths, amounts, tips, templates.
 * @throws QrError at the first broken rule.
 */
export function assertMerchantRules(placed: readonly PlacedField[]): void {
  const last = placed.at(-1);
  const total = last === undefined ? 0 : last.offset + 4 + last.field.length;
  if (total > LONGEST_PAYLOAD)
    throw new QrError('too-long', `${total} characters; at most ${LONGEST_PAYLOAD} are allowed`);
  if (placed[0]?.field.id !== '00')
    throw new QrError('format-indicator-not-first', 'ID 00 (payload format indicator) is not the first', {
      path: '00',
    });
  for (const { field, offset } of placed) checkObject(field, outerRule(field.id), field.id, offset);
  const values = new Map(placed.map(({ field }) => [field.id, field]));
  checkPresence(values);
  checkAmounts(values);
  checkTip(values);
  for (const { field, offset } of placed) checkTemplate(field, offset);
}

function outerRule(id: string): ObjectRule {
  const known = OUTER[id];
  if (known !== undefined) return known;
  return id <= '51' ? ANY_ANS : ANY_TEXT;
}

function checkObject(field: MerchantField, rule: ObjectRule, path: string, offset: number): void {
  const place = { path, offset };
  if (field.length < rule.minimum || field.length > rule.maximum)
    throw new QrError('bad-length', `ID ${path} has ${field.length} characters; ${allowed(rule)} are allowed`, place);
  if (!COMMON[rule.format].test(field.value))
    throw new QrError('bad-characters', `ID ${path} holds characters outside its format "${rule.format}"`, place);
  if (rule.pattern !== undefined && !rule.pattern.test(field.value))
    throw new QrError('bad-value', `ID ${path} has a value that the specification does not know`, place);
}

function allowed({ minimum, maximum }: ObjectRule): string {
  return minimum === maximum ? `${minimum}` : `${minimum} to ${maximum}`;
}

function checkPresence(values: ReadonlyMap<string, MerchantField>): void {
  const missing = MANDATORY.find((id) => !values.has(id));
  if (missing !== undefined) throw new QrError('missing', `ID ${missing} is mandatory`, { path: missing });
  if (![...values.keys()].some((id) => id >= '02' && id <= '51'))
    throw new QrError('missing', 'no merchant account information (ID 02 to 51)', { path: '02' });
}

function checkAmounts(values: ReadonlyMap<string, MerchantField>): void {
  const decimals = decimalsOf(values.get('53')?.value);
  for (const id of ['54', '56']) {
    const field = values.get(id);
    if (field !== undefined) checkAmount(field, decimals);
  }
}

function checkAmount({ id, value }: MerchantField, decimals: number): void {
  const match = AMOUNT.exec(value);
  if (match === null) throw new QrError('bad-amount', `ID ${id} is not an amount`, { path: id });
  if ((match[1] ?? '').length > decimals)
    throw new QrError('bad-amount', `ID ${id} has more than the currency's ${decimals} decimals`, { path: id });
  if (!/[1-9]/.test(value)) throw new QrError('zero-amount', `ID ${id} is zero; leave it out instead`, { path: id });
}

/** Tip or convenience fee, 4.4 and 4.5: the indicator decides which of ID 56 and 57 must and must not be there. */
function checkTip(values: ReadonlyMap<string, MerchantField>): void {
  const indicator = values.get('55')?.value;
  const wanted = indicator === '02' ? '56' : indicator === '03' ? '57' : undefined;
  if (wanted !== undefined && !values.has(wanted))
    throw new QrError('missing', `ID 55 asks for ID ${wanted}`, { path: wanted });
  const surplus = ['56', '57'].find((id) => id !== wanted && values.has(id));
  if (surplus !== undefined)
    throw new QrError('not-allowed', `ID ${surplus} is not allowed with this ID 55`, { path: surplus });
  const percentage = values.get('57')?.value;
  // More than zero and less than a hundred, at most two decimals, no percent sign.
  if (percentage !== undefined && !(/^\d{1,2}(?:\.\d{0,2})?$/.test(percentage) && /[1-9]/.test(percentage)))
    throw new QrError('bad-percentage', 'ID 57 is not between 00.01 and 99.99', { path: '57' });
}

function checkTemplate(field: MerchantField, offset: number): void {
  const { id, children } = field;
  const table = templateTable(id);
  if (table === undefined) return;
  if (children === undefined) throw new QrError('not-a-template', `ID ${id} is not a template`, { path: id, offset });
  let at = offset + 4;
  for (const child of children) {
    checkObject(child, table[child.id] ?? ANY_TEXT, `${id}.${child.id}`, at);
    // Payment systems' own templates begin with a globally unique identifier too (4.8.2).
    if (id === '62' && child.id >= '50' && !openTemplate(child).some((inner) => inner.id === '00'))
      throw new QrError('missing', `ID ${id}.${child.id}.00 is mandatory`, {
        path: `${id}.${child.id}.00`,
        offset: at,
      });
    at += 4 + child.length;
  }
  const mandatory = id === '62' ? [] : id === '64' ? ['00', '01'] : ['00'];
  const missing = mandatory.find((wanted) => !children.some((child) => child.id === wanted));
  if (missing !== undefined)
    throw new QrError('missing', `ID ${id}.${missing} is mandatory`, { path: `${id}.${missing}`, offset });
}

function templateTable(id: string): Readonly<Record<string, ObjectRule>> | undefined {
  if (id === '62') return ADDITIONAL;
  if (id === '64') return LANGUAGE;
  return (id >= '26' && id <= '51') || id >= '80' ? GLOBALLY_UNIQUE : undefined;
}
