import { toBase64, toHex, utf8Encode } from '@zhanggui/base';
import { decodeSignature } from './encoding.ts';
import type { FormFields } from './form.ts';
import type { WalletCrypto } from './wallet-crypto.ts';

/**
 * The text that a signature of UnionPay's interface for merchants covers (version 5.1.0, signMethod 01): all fields that
 * are there but `signature`, by name, `name=value` joined by `&`.
 */
export function unionPayMessage(fields: FormFields): string {
  return Object.entries(fields)
    .filter(([name, value]) => value !== '' && name !== 'signature')
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** Fields with their signature (Base64): SHA256withRSA over the hexadecimal SHA-256 of the text, in small letters. */
export async function signedUnionPay(
  crypto: WalletCrypto,
  privateKey: string,
  fields: FormFields,
): Promise<FormFields & { readonly signature: string }> {
  const signature = await crypto.rsaSignInBackground('sha256', privateKey, signedBytes(crypto, fields));
  return { ...fields, signature: toBase64(signature) };
}

/** Whether the fields' `signature` is that of the key's holder. */
export function verifyUnionPay(crypto: WalletCrypto, publicKey: string, fields: FormFields): boolean {
  const signature = decodeSignature(fields.signature ?? '');
  return signature !== null && crypto.rsaVerify('sha256', publicKey, signedBytes(crypto, fields), signature);
}

function signedBytes(crypto: WalletCrypto, fields: FormFields): Uint8Array {
  const digest = crypto.digest('sha256', utf8Encode(unionPayMessage(fields)));
  return utf8Encode(toHex(digest).toLowerCase());
}
