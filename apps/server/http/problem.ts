import { Fault, type FieldFault } from '@zhanggui/base';
import { faults, faultText } from '@zhanggui/modules/faults.ts';

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
  readonly instancePath: string;
  readonly params: unknown;
}

/** The fault of input that does not fit its schema; each field is named with what is wrong, never with its value. */
export function fieldFault(errors: readonly ValidationError[]): Fault {
  const fields = new Map<string, FieldFault>();
  for (const error of errors) {
    for (const path of pathsOf(error)) if (!fields.has(path)) fields.set(path, { path, message: wordsOf(error) });
  }
  return new Fault('field-refused', { fields: [...fields.values()].slice(0, 20) });
}

function pathsOf({ keyword, instancePath, params }: ValidationError): readonly string[] {
  const base = instancePath.split('/').slice(1);
  const named = params as { requiredProperties?: readonly string[]; additionalProperties?: readonly string[] };
  const children =
    keyword === 'required'
      ? named.requiredProperties
      : keyword === 'additionalProperties'
        ? named.additionalProperties
        : undefined;
  if (children === undefined) return [base.join('.')];
  return children.map((child) => [...base, child].join('.'));
}

function wordsOf({ keyword, params }: ValidationError): FieldFault['message'] {
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
      return { zh: '格式不正确', en: 'is malformed' };
  }
}
