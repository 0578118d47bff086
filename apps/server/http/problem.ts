import { Fault, type FieldFault } from '@zhanggui/base';
import { faults, faultText } from '@zhanggui/modules/faults.ts';
import { Settings } from 'typebox/system';

/** An RFC 9457 problem document with the platform's own members. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly retryable: boolean;
  readonly fields: readonly { readonly path: string; readonly message: string }[];
  readonly [parameter: string]: unknown;
}

/** The problem document of a fault, in the asked language. A code that is not on the list is a bug and says `internal`. */
export function problemOf(fault: Fault, language: 'zh' | 'en'): Problem {
  const known = faults[fault.code];
  if (known === undefined) return problemOf(new Fault('internal'), language);
  return {
    ...fault.params,
    type: `urn:zhanggui:fault:${fault.code}`,
    title: faultText(known.message, language, fault.params),
    status: known.status,
    code: fault.code,
    retryable: known.retryable || fault.retryable,
    fields: fault.fields.map(({ path, message }) => ({ path, message: message[language] })),
  };
}

/** `zh` or `en`, whichever the caller likes better; English where neither is named. */
export function languageOf(acceptLanguage: string | undefined): 'zh' | 'en' {
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', quality] = part
        .trim()
        .toLowerCase()
        .split(/;\s*q=/);
      return { tag, quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ tag, quality }) => quality > 0 && /^(zh|en)\b/.test(tag))
    .sort((left, right) => right.quality - left.quality);
  return wanted[0]?.tag.startsWith('zh') ? 'zh' : 'en';
}

/** One refused member of the input, as the validator reports it. */
export interface ValidationError {
  readonly keyword: string;
  /** Where in the schema; each `/anyOf/<n>` in it is an alternative of a union. */
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly params: unknown;
}

type Words = FieldFault['message'];
const MOST_FIELDS = 20;
// The validator stops after eight of its own accord, which a union of many alternatives alone would use up.
Settings.Set({ maxErrors: 256 });

/** The fault of input that does not fit its schema; each field is named with what is wrong, never with its value. */
export function fieldFault(errors: readonly ValidationError[]): Fault {
  const fields = [...misfitOf(errors, 0).fields].map(([path, message]) => ({ path, message }));
  return new Fault('field-refused', { fields: fields.slice(0, MOST_FIELDS) });
}

const ALTERNATIVE = '/anyOf/';

/** What is wrong by field, and how far from right it is. */
interface Misfit {
  readonly fields: ReadonlyMap<string, Words>;
  readonly distance: number;
}

/** Of a union, what is wrong with the alternative that was meant. `from` is how much of the schema's paths is behind us. */
function misfitOf(errors: readonly ValidationError[], from: number): Misfit {
  const unionOf = ({ schemaPath }: ValidationError): string | null => {
    const at = schemaPath.indexOf(ALTERNATIVE, from);
    return at < 0 ? null : schemaPath.slice(0, at);
  };
  const misfits = [...Map.groupBy(errors, unionOf)].map(([union, members]) =>
    union === null ? plainMisfit(members) : misfitOfUnion(members, union.length + ALTERNATIVE.length),
  );
  return {
    fields: new Map(misfits.flatMap(({ fields }) => [...fields])),
    distance: misfits.reduce((sum, { distance }) => sum + distance, 0),
  };
}

/** What a union says itself says nothing that its alternatives do not. */
function plainMisfit(errors: readonly ValidationError[]): Misfit {
  const named = errors
    .filter(({ keyword }) => keyword !== 'anyOf')
    .flatMap((error) => pathsOf(error).map((path) => ({ path, error })));
  const weights = new Map(named.map(({ path, error }) => [path, WEIGHTS[error.keyword] ?? 1]));
  return {
    fields: new Map(named.map(({ path, error }) => [path, wordsOf(error)])),
    distance: [...weights.values()].reduce((sum, weight) => sum + weight, 0),
  };
}

/** Somebody who meant an alternative has rather a member wrong than none, and its constants right. */
const WEIGHTS: Readonly<Record<string, number>> = { required: 1.5, const: 2 };

/** The nearest alternative was meant; where two are as near, all that is known is that the whole is malformed. */
function misfitOfUnion(errors: readonly ValidationError[], from: number): Misfit {
  const alternatives = Map.groupBy(errors, ({ schemaPath }) => Number.parseInt(schemaPath.slice(from), 10));
  const [nearest, ...others] = [...alternatives.values()]
    .map((members) => misfitOf(members, from))
    .sort((left, right) => left.distance - right.distance);
  if (nearest === undefined) return { fields: new Map(), distance: 0 };
  const words = JSON.stringify([...nearest.fields]);
  const rivals = others.filter(({ distance }) => distance === nearest.distance);
  if (rivals.every(({ fields }) => JSON.stringify([...fields]) === words)) return nearest;
  const [whole = ''] = errors.map(({ instancePath }) => instancePath).sort((one, other) => one.length - other.length);
  return { fields: new Map([[dotted(whole), MALFORMED]]), distance: nearest.distance };
}

function pathsOf({ keyword, instancePath, params }: ValidationError): readonly string[] {
  const base = dotted(instancePath);
  const named = params as { requiredProperties?: readonly string[]; additionalProperties?: readonly string[] };
  const children =
    keyword === 'required'
      ? named.requiredProperties
      : keyword === 'additionalProperties'
        ? named.additionalProperties
        : undefined;
  return children === undefined ? [base] : children.map((child) => (base === '' ? child : `${base}.${child}`));
}

function dotted(instancePath: string): string {
  return instancePath.split('/').slice(1).join('.');
}

const MALFORMED: Words = { zh: '格式不正确', en: 'is malformed' };

function wordsOf({ keyword, params }: ValidationError): Words {
  const { limit } = params as { limit?: number };
  switch (keyword) {
    case 'required':
      return { zh: '必填', en: 'is required' };
    // The validator reports a member that nobody knows first by itself, as one that a false schema refuses.
    case 'boolean':
    case 'additionalProperties':
      return { zh: '没有这一项', en: 'is not known' };
    case 'type':
      return { zh: '类型不正确', en: 'has the wrong type' };
    case 'minimum':
    case 'exclusiveMinimum':
      return { zh: `不得小于 ${limit}`, en: `must be at least ${limit}` };
    case 'maximum':
    case 'exclusiveMaximum':
      return { zh: `不得大于 ${limit}`, en: `must be at most ${limit}` };
    case 'minLength':
    case 'minItems':
      return { zh: `至少 ${limit} 个`, en: `must have at least ${limit}` };
    case 'maxLength':
    case 'maxItems':
      return { zh: `至多 ${limit} 个`, en: `must have at most ${limit}` };
    default:
      return MALFORMED;
  }
}
