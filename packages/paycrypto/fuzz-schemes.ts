import { concatBytes, fromHex } from '@zhanggui/base';
import { computeCryptogram } from './cryptogram.ts';
import { computeCvv } from './cvv.ts';
import { decimalise } from './decimalise.ts';
import { computeIbm3624Pin } from './ibm3624.ts';
import { importKey } from './key.ts';
import { encryptScriptData, visaPinChangeBlock } from './script.ts';
import { sm2SignatureFromDer, sm2SignatureToDer, sm2Verify } from './sm2.ts';
import { joinSm2Cipher, sm2Decrypt, sm2EncryptWithNonce } from './sm2-cipher.ts';
import { SM2_P256V1 } from './sm2-curve.ts';
import { importSm2PrivateKey, importSm2PublicKey } from './sm2-key.ts';
import { sm4CbcDecrypt, sm4EcbDecrypt } from './sm4.ts';
import { sm4CcmOpen, sm4GcmOpen, sm4GcmSeal } from './sm4-aead.ts';

const HEX = '0123456789ABCDEFFEDCBA9876543210';
const SCALAR = fromHex('3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8');
const sm2Key = importSm2PrivateKey(SCALAR);
const sm4Key = importKey(HEX, { algorithm: 'SM4', usage: 'data' });
const cvk = importKey(HEX, { algorithm: 'TDES', usage: 'cvk' });
const pvk = importKey(HEX, { algorithm: 'TDES', usage: 'pvk' });
const cardKey = importKey(HEX, { algorithm: 'TDES', usage: 'emv-card-master' });
const sessionKey = importKey(HEX, { algorithm: 'TDES', usage: 'emv-session' });
const nonce = new Uint8Array(12);
const scheme = { decimalisationTable: '0123456789012345', start: 0, length: 12, pad: 'F' };

/** Readers of keys, signatures, ciphertexts and card data; whatever comes, they answer or throw a CryptoRefusal. */
export const targets: Readonly<Record<string, (bytes: Uint8Array) => void>> = {
  'sm2-signature-der': (bytes) => {
    sm2SignatureToDer(sm2SignatureFromDer(bytes));
  },
  'sm2-public-key': (bytes) => {
    importSm2PublicKey(bytes).toBytes('compressed');
  },
  'sm2-private-key': (bytes) => {
    importSm2PrivateKey(bytes);
  },
  'sm2-verify': (bytes) => {
    sm2Verify(sm2Key.publicKey, bytes, { r: bytes.slice(0, 32), s: bytes.slice(32, 64) }, bytes);
  },
  'sm2-decrypt': (bytes) => {
    sm2Decrypt(sm2Key, bytes, 'c1c3c2');
  },
  'sm2-decrypt-der': (bytes) => {
    sm2Decrypt(sm2Key, bytes, 'der');
  },
  'sm4-cbc-decrypt': (bytes) => {
    sm4CbcDecrypt(sm4Key, bytes.slice(0, 16), bytes.slice(16), 'pkcs7');
  },
  'sm4-ecb-decrypt': (bytes) => {
    sm4EcbDecrypt(sm4Key, bytes, 'method-2');
  },
  'sm4-gcm-open': (bytes) => {
    sm4GcmOpen(sm4Key, bytes, { nonce });
  },
  'sm4-ccm-open': (bytes) => {
    sm4CcmOpen(sm4Key, bytes, { nonce: bytes.slice(0, bytes[0] ?? 0) });
  },
  'card-values': (bytes) => {
    const text = latin1(bytes);
    computeIbm3624Pin(pvk, text, scheme, text.slice(0, 4));
    computeCvv(cvk, { pan: text, expiry: text.slice(0, 4), serviceCode: text.slice(0, 3) });
  },
  decimalise: (bytes) => {
    decimalise(bytes, bytes[0] ?? 0);
  },
  cryptogram: (bytes) => {
    computeCryptogram(sessionKey, bytes);
    encryptScriptData(sessionKey, bytes, 'visa');
  },
  'pin-change-block': (bytes) => {
    visaPinChangeBlock(cardKey, latin1(bytes));
  },
};

const point = sm2Key.publicKey.toBytes();
const parts = sm2EncryptWithNonce(sm2Key.publicKey, nonce, SCALAR);

/** Valid inputs by target, to be mutated. */
export const samples: Readonly<Record<string, readonly Uint8Array[]>> = {
  'sm2-signature-der': [sm2SignatureToDer({ r: SCALAR, s: SCALAR })],
  'sm2-public-key': [point, sm2Key.publicKey.toBytes('compressed')],
  'sm2-private-key': [SCALAR],
  'sm2-verify': [concatBytes(SCALAR, SCALAR)],
  'sm2-decrypt': [joinSm2Cipher(SM2_P256V1, parts, 'c1c3c2')],
  'sm2-decrypt-der': [joinSm2Cipher(SM2_P256V1, parts, 'der')],
  'sm4-gcm-open': [sm4GcmSeal(sm4Key, SCALAR, { nonce })],
  'card-values': [fromHex('34313233343536373839303132333435')],
  'pin-change-block': [fromHex('31323334')],
};

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 64));
}
