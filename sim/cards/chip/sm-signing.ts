import { concatBytes } from '@zhanggui/base';
import { type Sm2PrivateKey, sm2Sign } from '@zhanggui/paycrypto';
import { SERIAL } from './signing.ts';

/** A public key to certify with SM2. JR/T 0025.17. */
interface SmContent {
  /** 12 issuer, 14 card. */
  readonly format: 0x12 | 0x14;
  /** Issuer identifier (4 bytes) or account number (10 bytes), padded with F. */
  readonly subject: Uint8Array;
  /** MMYY. */
  readonly expiry: Uint8Array;
  readonly key: Sm2PrivateKey;
  /** Of a card: what the certificate covers besides. */
  readonly staticData?: Uint8Array;
}

/** Signature SM2 with SM3, no encipherment, the curve of GB/T 32918.5, 64 bytes of key. */
const ALGORITHMS = Uint8Array.of(0x04, 0x00, 0x11, 0x40);

/** A certificate: what it says, and r ‖ s over that and the static data. */
export function certifySm(signer: Sm2PrivateKey, { format, subject, expiry, key, staticData }: SmContent): Uint8Array {
  const content = concatBytes(Uint8Array.of(format), subject, expiry, SERIAL, ALGORITHMS, smPoint(key));
  return signed(signer, content, staticData);
}

/** Signed static data (tag 93): format 13 and the data authentication code. */
export function signSmStaticData(issuer: Sm2PrivateKey, code: Uint8Array, staticData: Uint8Array): Uint8Array {
  return signed(issuer, concatBytes(Uint8Array.of(0x13), code), staticData);
}

/** Signed dynamic data (tag 9F4B): format 15, length, what the card adds; the terminal's data is covered only. */
export function signSmDynamicData(key: Sm2PrivateKey, dynamicData: Uint8Array, terminalData: Uint8Array): Uint8Array {
  return signed(key, concatBytes(Uint8Array.of(0x15, dynamicData.length), dynamicData), terminalData);
}

/** x ‖ y. */
export function smPoint(key: Sm2PrivateKey): Uint8Array {
  return key.publicKey.toBytes().subarray(1);
}

function signed(key: Sm2PrivateKey, content: Uint8Array, rest: Uint8Array = new Uint8Array(0)): Uint8Array {
  const { r, s } = sm2Sign(key, concatBytes(content, rest));
  return concatBytes(content, r, s);
}
