import type { FormFields } from './form.ts';

/** One field: a value in braces or brackets holds others, and so may hold what separates them. */
const FIELD = /(\w+)=(\{[^}]*\}|\[[^\]]*\]|[^&]*)(?:&|$)/y;

/**
 * The fields of an answer of UnionPay's interface (version 5.1.0). Unlike a form its values stand as they are, not
 * URL-encoded: Base64, Chinese words, a certificate with its line breaks. Null when it is malformed or names a field twice.
 */
export function parseUnionPayAnswer(text: string): FormFields | null {
  const answer = text.trim().replace(/^\{([\s\S]*)\}$/, '$1');
  const fields = new Map<string, string>();
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < answer.length) {
    const [, name, value] = FIELD.exec(answer) ?? [];
    if (name === undefined || value === undefined || fields.has(name)) return null;
    fields.set(name, value);
  }
  return fields.size === 0 || answer.endsWith('&') ? null : Object.fromEntries(fields);
}

/** The fields as such an answer writes them, in their order. */
export function formatUnionPayAnswer(fields: FormFields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}
