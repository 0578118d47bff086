import { equalBytes, utf8Encode } from '@zhanggui/base';
import {
  type AeadOptions,
  CryptoRefusal,
  importKey,
  importSm2Curve,
  importSm2PrivateKey,
  importSm2PublicKey,
  joinSm2Cipher,
  type MacPadding,
  type Padding,
  type SecretKey,
  SM2_P256V1,
  type Sm2CipherFormat,
  type Sm2Curve,
  type Sm2CurveParameters,
  type Sm2Signature,
  type Sm4MacMechanism,
  sm2Decrypt,
  sm2Digest,
  sm2EncryptWithNonce,
  sm2SignatureFromDer,
  sm2SignatureToDer,
  sm2SignWithNonce,
  sm2Verify,
  sm2Za,
  sm3,
  sm3Hmac,
  sm3Kdf,
  sm4CbcDecrypt,
  sm4CbcEncrypt,
  sm4CcmOpen,
  sm4CcmSeal,
  sm4Ctr,
  sm4EcbDecrypt,
  sm4EcbEncrypt,
  sm4GcmOpen,
  sm4GcmSeal,
  sm4Mac,
  sm4Ofb,
} from '@zhanggui/paycrypto';
import { Facts, type Inputs, type Kind, type Kinds, Leading } from '../kind.ts';
import { bytes, bytesOfHex, hexOf, optionalText, text } from './crypto-values.ts';

/** SM2, SM3 and SM4. */
export const kinds: Kinds = {
  sm3: (inputs) => ({ hash: hexOf(sm3(hashInput(inputs))) }),
  'sm3-hmac': (inputs) => ({
    mac: hexOf(sm3Hmac(importKey(text(inputs, 'key'), { algorithm: 'HMAC', usage: 'mac' }), bytes(inputs, 'data'))),
  }),
  'sm3-kdf': (inputs) => {
    const derived = hexOf(sm3Kdf(bytes(inputs, nameOf(inputs, ['z', 'input', 'data', 'hex'])), kdfLength(inputs)));
    return new Facts({ key: derived, result: derived });
  },
  'sm4-block': (inputs) => ({ result: hexOf(blocks(inputs)) }),
  'sm4-ecb': (inputs) => {
    const run = isDecryption(inputs) ? sm4EcbDecrypt : sm4EcbEncrypt;
    return { result: hexOf(run(sm4Key(inputs), bytes(inputs, 'data'), padding(inputs))) };
  },
  'sm4-cbc': (inputs) => {
    const run = isDecryption(inputs) ? sm4CbcDecrypt : sm4CbcEncrypt;
    return { result: hexOf(run(sm4Key(inputs), bytes(inputs, 'iv'), bytes(inputs, 'data'), padding(inputs))) };
  },
  'sm4-ctr': (inputs) => ({ result: hexOf(sm4Ctr(sm4Key(inputs), bytes(inputs, 'iv'), bytes(inputs, 'data'))) }),
  'sm4-ofb': (inputs) => ({ result: hexOf(sm4Ofb(sm4Key(inputs), bytes(inputs, 'iv'), bytes(inputs, 'data'))) }),
  'sm4-gcm': aead(sm4GcmSeal, sm4GcmOpen),
  'sm4-ccm': aead(sm4CcmSeal, sm4CcmOpen),
  'sm4-mac': (inputs) => {
    const keys = (inputs.keys as readonly string[]).map((key) => importKey(key, { algorithm: 'SM4', usage: 'mac' }));
    const padding = /method (\d)/.exec(text(inputs, 'padding'))?.[1];
    const options = {
      mechanism: mechanism(text(inputs, 'algorithm')),
      ...(padding === undefined ? {} : { padding: Number(padding) as MacPadding }),
      ...(inputs.length === undefined ? {} : { length: Number(inputs.length) }),
    };
    return new Facts({ mac: new Leading(hexOf(sm4Mac(keys, bytes(inputs, 'data'), options)), 8) });
  },
  'sm2-key': (inputs) => {
    if (inputs.privateKey === undefined && !isOnCurve(inputs)) return new Facts({ onCurve: false, valid: false });
    return keyFacts(inputs);
  },
  'sm2-za': (inputs) => {
    const key = importSm2PublicKey(text(inputs, 'publicKey'), curveOf(inputs));
    return new Facts({
      za: hexOf(sm2Za(key, userId(inputs))),
      ...(inputs.message === undefined ? {} : { e: hexOf(sm2Digest(key, message(inputs), userId(inputs))) }),
    });
  },
  'sm2-sign': (inputs) => {
    const key = importSm2PrivateKey(text(inputs, 'privateKey'), curveOf(inputs));
    const signature = sm2SignWithNonce(key, message(inputs), bytes(inputs, 'k'), userId(inputs));
    return new Facts({ r: hexOf(signature.r), s: hexOf(signature.s), der: hexOf(sm2SignatureToDer(signature)) });
  },
  'sm2-verify': (inputs) => {
    const key = importSm2PublicKey(text(inputs, 'publicKey'), curveOf(inputs));
    return { valid: sm2Verify(key, message(inputs), signatureOf(inputs), userId(inputs)) };
  },
  'sm2-encrypt': (inputs) => {
    const curve = curveOf(inputs);
    const key = importSm2PublicKey(text(inputs, 'publicKey'), curve);
    const parts = sm2EncryptWithNonce(key, message(inputs), bytes(inputs, 'k'));
    return new Facts({
      c1: hexOf(parts.c1),
      c2: hexOf(parts.c2),
      c3: hexOf(parts.c3),
      c1c3c2: hexOf(joinSm2Cipher(curve, parts, 'c1c3c2')),
      c1c2c3: hexOf(joinSm2Cipher(curve, parts, 'c1c2c3')),
      der: hexOf(joinSm2Cipher(curve, parts, 'der')),
    });
  },
  'sm2-decrypt': (inputs) => {
    const key = importSm2PrivateKey(text(inputs, 'privateKey'), curveOf(inputs));
    return { message: hexOf(sm2Decrypt(key, bytes(inputs, 'cipher'), cipherFormat(inputs))) };
  },
  error: (inputs, context) => {
    const [, name = '', direction] = /^(.*?)(?:-(encrypt|decrypt|open))?$/.exec(text(inputs, 'op')) ?? [];
    if (name === 'sm2-key') return keyFacts(inputs);
    const whole = kinds[text(inputs, 'op')];
    const run = whole ?? kinds[name];
    if (run === undefined || run === kinds.error) throw new TypeError(`there is no operation "${text(inputs, 'op')}"`);
    return run(whole === undefined && direction !== undefined ? { ...inputs, direction } : inputs, context);
  },
};

/** The public key that is given or that belongs to the private key; keys that are refused stay refused. */
function keyFacts(inputs: Inputs): Facts {
  const publicKey =
    inputs.privateKey === undefined
      ? importSm2PublicKey(text(inputs, 'publicKey'), curveOf(inputs))
      : importSm2PrivateKey(text(inputs, 'privateKey'), curveOf(inputs)).publicKey;
  return new Facts({
    publicKey: hexOf(publicKey.toBytes()),
    compressed: hexOf(publicKey.toBytes('compressed')),
    onCurve: true,
    valid: true,
  });
}

function isOnCurve(inputs: Inputs): boolean {
  try {
    importSm2PublicKey(text(inputs, 'publicKey'), curveOf(inputs));
    return true;
  } catch (error) {
    if (error instanceof CryptoRefusal && error.code === 'point') return false;
    throw error;
  }
}

/** Hexadecimal bytes with the same as text beside them, or one byte many times. */
function hashInput(inputs: Inputs): Uint8Array {
  if (inputs.repeat !== undefined) return new Uint8Array(Number(inputs.count)).fill(bytes(inputs, 'repeat')[0] ?? 0);
  const characters = optionalText(inputs, 'text');
  if (inputs.hex === undefined) return utf8Encode(text(inputs, 'text'));
  const data = bytes(inputs, 'hex');
  if (characters !== undefined && !equalBytes(utf8Encode(characters), data))
    throw new Error('the vector contradicts itself in "text"');
  return data;
}

function nameOf(inputs: Inputs, names: readonly string[]): string {
  const found = names.find((name) => inputs[name] !== undefined);
  if (found === undefined) throw new TypeError(`the vector has none of ${names.join(', ')}`);
  return found;
}

function kdfLength(inputs: Inputs): number {
  return Number(inputs[nameOf(inputs, ['length', 'keyLength', 'klen', 'len', 'bytes'])]);
}

function blocks(inputs: Inputs): Uint8Array {
  const key = sm4Key(inputs);
  const run = isDecryption(inputs) ? sm4EcbDecrypt : sm4EcbEncrypt;
  let data = bytes(inputs, 'data');
  for (let count = Number(inputs.count ?? 1); count > 0; count -= 1) data = run(key, data, 'none');
  return data;
}

function isDecryption(inputs: Inputs): boolean {
  return /^(dec|open)/i.test(optionalText(inputs, 'direction') ?? optionalText(inputs, 'operation') ?? '');
}

function sm4Key(inputs: Inputs): SecretKey {
  return importKey(text(inputs, 'key'), { algorithm: 'SM4', usage: 'data' });
}

function padding(inputs: Inputs): Padding {
  const name = (optionalText(inputs, 'padding') ?? 'none').toLowerCase();
  if (/pkcs/.test(name)) return 'pkcs7';
  if (/zero|method 1/.test(name)) return 'zeros';
  if (/method 2|7816|80/.test(name)) return 'method-2';
  if (name === 'none') return 'none';
  throw new TypeError(`there is no padding "${name}"`);
}

type Aead = (key: SecretKey, data: Uint8Array, options: AeadOptions) => Uint8Array;

/** Seals `data`, or opens it when the vector decrypts or gives ciphertext, with the tag behind it or apart. */
function aead(seal: Aead, open: Aead): Kind {
  return (inputs) => {
    const options = {
      nonce: bytes(inputs, 'nonce'),
      associatedData: bytesOfHex(optionalText(inputs, 'aad') ?? ''),
      ...(inputs.tagLength === undefined ? {} : { tagLength: Number(inputs.tagLength) }),
    };
    const name = nameOf(inputs, ['cipher', 'ciphertext', 'sealed', 'data']);
    const input = bytesOfHex(text(inputs, name) + (optionalText(inputs, 'tag') ?? ''));
    const run = name !== 'data' || inputs.tag !== undefined || isDecryption(inputs) ? open : seal;
    return { result: hexOf(run(sm4Key(inputs), input, options)) };
  };
}

const MECHANISMS: readonly (readonly [pattern: RegExp, mechanism: Sm4MacMechanism])[] = [
  [/MAC1\b/, 'CBC-MAC'],
  [/MAC2\b/, 'EMAC'],
  [/MAC3\b/, 'retail'],
  [/MAC4\b/, 'MacDES'],
  [/MAC5\b/, 'CMAC'],
  [/MAC6\b/, 'LMAC'],
  [/MAC7\b/, 'TrCBC'],
  [/MAC8\b/, 'CBCR'],
];

function mechanism(algorithm: string): Sm4MacMechanism {
  const found = MECHANISMS.find(([pattern]) => pattern.test(algorithm));
  if (found === undefined) throw new TypeError(`there is no mechanism "${algorithm}"`);
  return found[1];
}

function curveOf(inputs: Inputs): Sm2Curve {
  return inputs.curve === undefined ? SM2_P256V1 : importSm2Curve(inputs.curve as Sm2CurveParameters);
}

function userId(inputs: Inputs): Uint8Array {
  const hex = optionalText(inputs, 'userIdHex');
  return hex === undefined ? utf8Encode(optionalText(inputs, 'userId') ?? '1234567812345678') : bytesOfHex(hex);
}

/** The topic writes messages as upper-case hexadecimal bytes, and a few, which are no such text, in ASCII. */
function message(inputs: Inputs): Uint8Array {
  const written = text(inputs, 'message');
  return /^(?:[0-9A-F]{2})*$/.test(written) ? bytesOfHex(written) : utf8Encode(written);
}

function cipherFormat(inputs: Inputs): Sm2CipherFormat {
  const named = text(inputs, 'format').toLowerCase();
  if (named === 'c1c3c2' || named === 'c1c2c3') return named;
  if (named === 'der' || named === 'asn1') return 'der';
  throw new TypeError(`there is no format "${named}"`);
}

/** r and s, or DER, or both: then they must say the same. */
function signatureOf(inputs: Inputs): Sm2Signature {
  const der =
    inputs.der === undefined ? undefined : sm2SignatureFromDer(bytes(inputs, 'der'), curveOf(inputs).orderLength);
  if (inputs.r === undefined && der !== undefined) return der;
  const signature = { r: bytes(inputs, 'r'), s: bytes(inputs, 's') };
  if (der !== undefined && !(equalBytes(der.r, signature.r) && equalBytes(der.s, signature.s)))
    throw new Error('the vector contradicts itself in "der"');
  return signature;
}
