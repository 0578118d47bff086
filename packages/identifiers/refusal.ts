import { Refusal } from '@zhanggui/base';

/** An identifier was refused; the message names the broken rule and never the identifier, which may be personal data. */
export class IdentifierRefusal extends Refusal {}

/**
 * Refuses `text` unless it matches the whole `shape`.
 * @throws IdentifierRefusal with `code` when it does not.
 */
export function requireShape(text: string, shape: RegExp, code: string, message: string): void {
  if (typeof text !== 'string' || !shape.test(text)) throw new IdentifierRefusal(code, message);
}

/** The value of the decimal digit at `index`; the caller has checked that there is one. */
export function digitAt(text: string, index: number): number {
  return text.charCodeAt(index) - 48;
}
