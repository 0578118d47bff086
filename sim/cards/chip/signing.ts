import { constants, createHash, createPrivateKey, type KeyObject, privateDecrypt, privateEncrypt } from 'node:crypto';
import { concatBytes } from '@zhanggui/base';

/** A public key to certify. EMV Book 2 tables 6 and 14. */
export interface CertificateContent {
  /** 02 issuer, 04 card. */
  readonly format: 0x02 | 0x04;
  /** Issuer identifier (4 bytes) or account number (10 bytes), padded with F. */
  readonly subject: Uint8Array;
  /** MMYY. */
  readonly expiry: Uint8Array;
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
  /** Of a card: what the certificate covers besides. */
  readonly staticData?: Uint8Array;
}

const SHA1 = 0x01;
const RSA = 0x01;
const FILL = 0xbb;
/** Of every test certificate. */
export const SERIAL = Uint8Array.of(0x00, 0x00, 0x01);

/** A certificate and the part of the key that does not fit into it. EMV Book 2 clauses 5.1 and 6.1. */
export function certify(
  signer: KeyObject,
  content: CertificateContent,
): { certificate: Uint8Array; remainder: Uint8Array } {
  const { modulus, exponent, subject, expiry } = content;
  const lengths = Uint8Array.of(SHA1, RSA, modulus.length, exponent.length);
  const head = concatBytes(Uint8Array.of(content.format), subject, expiry, SERIAL, lengths);
  const room = modulusBytes(signer) - head.length - HASH_AND_FRAME;
  const inside = new Uint8Array(room).fill(FILL);
  inside.set(modulus.subarray(0, room));
  const remainder = modulus.slice(room);
  const rest = concatBytes(remainder, exponent, content.staticData ?? new Uint8Array(0));
  return { certificate: signFramed(signer, concatBytes(head, inside), rest), remainder };
}

/** Signed static data over what a terminal reads. EMV Book 2 clause 5.4. */
export function signStaticData(issuer: KeyObject, authenticationCode: Uint8Array, staticData: Uint8Array): Uint8Array {
  const head = concatBytes(Uint8Array.of(0x03, SHA1), authenticationCode);
  const fill = new Uint8Array(modulusBytes(issuer) - head.length - HASH_AND_FRAME).fill(FILL);
  return signFramed(issuer, concatBytes(head, fill), staticData);
}

/** Signed dynamic data: what the card adds, and the terminal's data that only the hash covers. EMV Book 2 clauses 6.5.2 and 6.6.1. */
export function signDynamicData(key: KeyObject, dynamicData: Uint8Array, terminalData: Uint8Array): Uint8Array {
  const head = Uint8Array.of(0x05, SHA1, dynamicData.length);
  const room = modulusBytes(key) - head.length - HASH_AND_FRAME;
  const inside = new Uint8Array(room).fill(FILL);
  inside.set(dynamicData);
  return signFramed(key, concatBytes(head, inside), terminalData);
}

/** What the public key enciphered, as long as the modulus. EMV Book 2 clause 7.2; undefined when it is no number below the modulus. */
export function decipher(key: KeyObject, enciphered: Uint8Array): Uint8Array | undefined {
  if (enciphered.length !== modulusBytes(key)) return undefined;
  try {
    return concatBytes(privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, enciphered));
  } catch {
    // OpenSSL refuses a number that is not below the modulus, which no honest terminal sends.
    return undefined;
  }
}

/** A key as `make-certificates.ts` writes it. */
export function readPrivateKey(base64: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'pkcs8' });
}

export function sha1(...parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes(
    createHash('sha1')
      .update(concatBytes(...parts))
      .digest(),
  );
}

/** Header 6A, hash of 20 bytes, trailer BC. */
const HASH_AND_FRAME = 22;

/** Signature with message recovery: 6A, content, hash over content and rest, BC. EMV Book 2 Annex A2.1. */
function signFramed(key: KeyObject, content: Uint8Array, rest: Uint8Array): Uint8Array {
  const framed = concatBytes(Uint8Array.of(0x6a), content, sha1(content, rest), Uint8Array.of(0xbc));
  return concatBytes(privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, framed));
}

function modulusBytes(key: KeyObject): number {
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
}
