import { type AlipaySignType, verifyAlipay } from './alipay-signature.ts';
import type { WalletCrypto } from './wallet-crypto.ts';
import { WalletRefusal } from './wallet-refusal.ts';

/** The member of a gateway answer that holds the result of `method`: `alipay.trade.pay` → `alipay_trade_pay_response`. */
export function alipayResponseKey(method: string): string {
  return `${method.replaceAll('.', '_')}_response`;
}

/**
 * Cuts out of a gateway answer the very characters that were signed: the value of `responseKey`, an object, or a quoted
 * Base64 text when the content is encrypted. Parsing and writing it again would change blanks, escapes and order.
 * @throws WalletRefusal `malformed-answer`, `response-missing`.
 */
export function alipaySignedText(answer: string, responseKey: string): string {
  const member = topLevelMembers(answer).get(responseKey);
  if (member === undefined)
    throw new WalletRefusal('response-missing', 'the answer has no such member', { path: responseKey });
  return member;
}

/**
 * Whether the answer's `sign` is the gateway's over its signed text. An answer without a `sign` is not verified.
 * @throws WalletRefusal `malformed-answer`, `response-missing`.
 */
export function verifyAlipayAnswer(
  crypto: WalletCrypto,
  publicKey: string,
  answer: string,
  responseKey: string,
  signType: AlipaySignType = 'RSA2',
): boolean {
  const members = topLevelMembers(answer);
  const signed = alipaySignedText(answer, responseKey);
  const sign: unknown = JSON.parse(members.get('sign') ?? 'null');
  return typeof sign === 'string' && verifyAlipay(crypto, publicKey, signed, sign, signType);
}

/** Raw text of each member of the outermost object; a name that stands twice is refused, since parsers differ on it. */
function topLevelMembers(answer: string): ReadonlyMap<string, string> {
  assertJsonObject(answer);
  const members = new Map<string, string>();
  let position = skipBlanks(answer, answer.indexOf('{') + 1);
  while (answer[position] === '"') {
    const nameEnd = endOfText(answer, position);
    const name = JSON.parse(answer.slice(position, nameEnd)) as string;
    const valueStart = skipBlanks(answer, skipBlanks(answer, nameEnd) + 1);
    const valueEnd = endOfValue(answer, valueStart);
    if (members.has(name)) throw new WalletRefusal('malformed-answer', 'a member stands twice', { path: name });
    members.set(name, answer.slice(valueStart, valueEnd));
    const separator = skipBlanks(answer, valueEnd);
    position = skipBlanks(answer, separator + 1);
  }
  return members;
}

/** After this the scanners below may rely on well-formed JSON. */
function assertJsonObject(answer: string): void {
  let value: unknown;
  try {
    value = JSON.parse(answer);
  } catch (cause) {
    throw new WalletRefusal('malformed-answer', 'the answer is not JSON', { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new WalletRefusal('malformed-answer', 'the answer is not an object');
}

function skipBlanks(text: string, from: number): number {
  let position = from;
  while (/\s/.test(text[position] ?? '')) position += 1;
  return position;
}

/** Offset behind the text literal that begins at `from`. */
function endOfText(text: string, from: number): number {
  let position = from + 1;
  while (text[position] !== '"') position += text[position] === '\\' ? 2 : 1;
  return position + 1;
}

/** Offset behind the JSON value that begins at `from`. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  let position = from;
  while (position < text.length) {
    const character = text[position];
    if (character === '"') {
      position = endOfText(text, position);
      if (depth === 0) return position;
      continue;
    }
    if (depth === 0 && position > from && /[\s,}]/.test(character ?? '')) return position;
    if (character === '{' || character === '[') depth += 1;
    if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return position + 1;
    }
    position += 1;
  }
  return position;
}
