import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto';
import {
  CryptoRefusal,
  importKey,
  importSm2PrivateKey,
  importSm2PublicKey,
  type Sm2PrivateKey,
  type Sm2PublicKey,
  sm2Sign,
  sm2SignatureFromDer,
  sm2SignatureToDer,
  sm2Verify,
  sm3,
  sm4GcmOpen,
  sm4GcmSeal,
} from '@zhanggui/paycrypto';
import type { CertificateFacts, SignatureHash, WalletCrypto } from '../wallet-crypto.ts';
import { WalletRefusal } from '../wallet-refusal.ts';

const TAG_BYTES = 16;
const KEYS_KEPT = 256;

/** The wallets' ciphers on node:crypto. Parsed keys are kept in memory, since parsing one costs as much as using it. */
export function nodeWalletCrypto(): WalletCrypto {
  const privateKey = remembering(parsePrivateKey);
  const publicKey = remembering(parsePublicKey);
  const sm2PrivateKey = remembering(parseSm2PrivateKey);
  const sm2PublicKey = remembering(parseSm2PublicKey);
  return {
    rsaSign: (hash, key, message) => sign(hash, message, privateKey(key)),
    rsaSignInBackground: (hash, key, message) => signInBackground(hash, privateKey(key), message),
    rsaVerify: (hash, key, message, signature) => verify(hash, message, publicKey(key), signature),
    oaepEncrypt: (key, plaintext) => {
      const options = { key: publicKey(key), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
      return refusing('too-long', 'the text does not fit the RSA key', () => publicEncrypt(options, plaintext));
    },
    oaepDecrypt: (key, ciphertext) => {
      const options = { key: privateKey(key), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
      return refusing('undecipherable', 'RSA-OAEP decryption failed', () => privateDecrypt(options, ciphertext));
    },
    gcmSeal,
    gcmOpen,
    cbcEncrypt: (key, iv, plaintext) => {
      const cipher = createCipheriv(`aes-${aesBits(key)}-cbc`, key, iv);
      return Buffer.concat([cipher.update(plaintext), cipher.final()]);
    },
    cbcDecrypt: (key, iv, ciphertext) => {
      const decipher = createDecipheriv(`aes-${aesBits(key)}-cbc`, key, iv);
      return refusing('undecipherable', 'AES-CBC decryption failed', () =>
        Buffer.concat([decipher.update(ciphertext), decipher.final()]),
      );
    },
    digest: (hash, bytes) => (hash === 'sm3' ? sm3(bytes) : createHash(hash).update(bytes).digest()),
    sm2Sign: (key, message) => sm2SignatureToDer(sm2Sign(sm2PrivateKey(key), message)),
    sm2Verify: (key, message, signature) => verifySm2(sm2PublicKey(key), message, signature),
    sm4GcmSeal: (key, nonce, associatedData, plaintext) =>
      sm4GcmSeal(sm4Key(key, nonce), plaintext, { nonce, associatedData }),
    sm4GcmOpen: (key, nonce, associatedData, sealed) =>
      refusing('undecipherable', 'the SM4-GCM tag does not fit', () =>
        sm4GcmOpen(sm4Key(key, nonce), sealed, { nonce, associatedData }),
      ),
    certificate: readCertificate,
    isIssuedBy: (certificate, issuer) => {
      const [own, by] = [certificate, issuer].map((text) =>
        refusing('not-a-certificate', 'not an X.509 certificate', () => parseCertificate(text)),
      );
      return own !== undefined && by !== undefined && isIssuedBy(own, by);
    },
  };
}

function signInBackground(hash: SignatureHash, key: KeyObject, message: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    sign(hash, message, key, (error, signature) => (error ? reject(error) : resolve(signature)));
  });
}

function gcmSeal(key: Uint8Array, nonce: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const cipher = createCipheriv(gcmName(key, nonce), key, nonce);
  cipher.setAAD(associatedData);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function gcmOpen(key: Uint8Array, nonce: Uint8Array, associatedData: Uint8Array, sealed: Uint8Array): Uint8Array {
  if (sealed.length < TAG_BYTES) throw new WalletRefusal('too-short', 'the ciphertext is shorter than its tag');
  const decipher = createDecipheriv(gcmName(key, nonce), key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(associatedData);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  return refusing('undecipherable', 'the AES-GCM tag does not fit', () =>
    Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()]),
  );
}

function gcmName(key: Uint8Array, nonce: Uint8Array): 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm' {
  if (nonce.length !== 12) throw new WalletRefusal('nonce-length', `the nonce has ${nonce.length} bytes, not 12`);
  return `aes-${aesBits(key)}-gcm`;
}

function aesBits(key: Uint8Array): 128 | 192 | 256 {
  const bits = key.length * 8;
  if (bits === 128 || bits === 192 || bits === 256) return bits;
  throw new WalletRefusal('key-length', `an AES key cannot have ${key.length} bytes`);
}

function readCertificate(text: string): CertificateFacts {
  const certificate = refusing('not-a-certificate', 'not an X.509 certificate', () => parseCertificate(text));
  return {
    serialNumber: certificate.serialNumber.toUpperCase().replace(/^0+(?=.)/, ''),
    issuer: certificate.issuer.split('\n').map(readAttribute),
    subject: certificate.subject.split('\n').map(readAttribute),
    signatureOid: certificate.signatureAlgorithmOid ?? '',
    // Read when it is asked for: a bundle may hold certificates over curves that this platform does not know.
    get publicKey() {
      const read = () => certificate.publicKey.export({ type: 'spki', format: 'pem' }).toString();
      return refusing('unusable-key', 'the certificate holds no usable key', read);
    },
    validFrom: Date.parse(certificate.validFrom),
    validTo: Date.parse(certificate.validTo),
  };
}

/** A key of a curve that this platform does not know has signed nothing that it believes. */
function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

function readAttribute(line: string): readonly [string, string] {
  const equals = line.indexOf('=');
  return [line.slice(0, equals), line.slice(equals + 1).replace(/\\(.)/g, '$1')];
}

function parseCertificate(text: string): X509Certificate {
  return new X509Certificate(isPem(text) ? text : Buffer.from(text, 'base64'));
}

function parsePrivateKey(text: string): KeyObject {
  const key = refusing('unusable-key', 'not an RSA private key', () => {
    if (isPem(text)) return createPrivateKey(text);
    const der = Buffer.from(text, 'base64');
    return firstThatWorks(
      () => createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
      () => createPrivateKey({ key: der, format: 'der', type: 'pkcs1' }),
    );
  });
  return onlyRsa(key);
}

function parsePublicKey(text: string): KeyObject {
  const key = refusing('unusable-key', 'not an RSA public key', () => {
    if (text.includes('BEGIN CERTIFICATE')) return new X509Certificate(text).publicKey;
    if (text.includes('PRIVATE KEY')) throw new WalletRefusal('unusable-key', 'a private key stands for a public one');
    if (isPem(text)) return createPublicKey(text);
    const der = Buffer.from(text, 'base64');
    return firstThatWorks(
      () => createPublicKey({ key: der, format: 'der', type: 'spki' }),
      () => createPublicKey({ key: der, format: 'der', type: 'pkcs1' }),
      () => new X509Certificate(der).publicKey,
    );
  });
  return onlyRsa(key);
}

/** Object identifier of the curve sm2p256v1 (1.2.156.10197.1.301) as it stands in a key's DER. */
const SM2_CURVE = Buffer.of(0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d);
/** How an ECPrivateKey (RFC 5915) begins: its version, and the head of 32 octets. */
const EC_PRIVATE_KEY = Buffer.of(0x02, 0x01, 0x01, 0x04, 0x20);

function parseSm2PrivateKey(text: string): Sm2PrivateKey {
  return refusing('unusable-key', 'not an SM2 private key', () => {
    const key = isPem(text)
      ? createPrivateKey(text)
      : createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' });
    const der = key.export({ format: 'der', type: 'pkcs8' });
    const at = der.indexOf(EC_PRIVATE_KEY, der.indexOf(SM2_CURVE));
    if (!der.includes(SM2_CURVE) || at < 0) throw new WalletRefusal('unusable-key', 'the key is of another curve');
    return importSm2PrivateKey(
      new Uint8Array(der.subarray(at + EC_PRIVATE_KEY.length, at + EC_PRIVATE_KEY.length + 32)),
    );
  });
}

function parseSm2PublicKey(text: string): Sm2PublicKey {
  return refusing('unusable-key', 'not an SM2 public key', () => {
    const der = publicKeyObject(text).export({ format: 'der', type: 'spki' });
    if (!der.includes(SM2_CURVE)) throw new WalletRefusal('unusable-key', 'the key is of another curve');
    return importSm2PublicKey(new Uint8Array(der.subarray(der.length - 65))).prepare();
  });
}

function publicKeyObject(text: string): KeyObject {
  if (text.includes('BEGIN CERTIFICATE')) return new X509Certificate(text).publicKey;
  if (text.includes('PRIVATE KEY')) throw new WalletRefusal('unusable-key', 'a private key stands for a public one');
  if (isPem(text)) return createPublicKey(text);
  return createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
}

/** A signature that no signer writes is as wrong as any other. */
function verifySm2(key: Sm2PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return sm2Verify(key, message, sm2SignatureFromDer(signature));
  } catch (error) {
    if (error instanceof CryptoRefusal) return false;
    throw error;
  }
}

function sm4Key(key: Uint8Array, nonce: Uint8Array): ReturnType<typeof importKey> {
  if (nonce.length !== 12) throw new WalletRefusal('nonce-length', `the nonce has ${nonce.length} bytes, not 12`);
  if (key.length !== 16) throw new WalletRefusal('key-length', `an SM4 key cannot have ${key.length} bytes`);
  return importKey(key, { algorithm: 'SM4', usage: 'data' });
}

function onlyRsa(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType === 'rsa') return key;
  throw new WalletRefusal('unusable-key', `the key is of type ${key.asymmetricKeyType}, not rsa`);
}

function isPem(text: string): boolean {
  return text.includes('-----BEGIN');
}

function firstThatWorks<Result>(...attempts: readonly (() => Result)[]): Result {
  let failure: unknown;
  for (const attempt of attempts) {
    try {
      return attempt();
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function refusing<Result>(code: string, message: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw new WalletRefusal(code, message, { cause });
  }
}

function remembering<Key>(parse: (text: string) => Key): (text: string) => Key {
  const known = new Map<string, Key>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const key = parse(text);
    const oldest = known.keys().next();
    if (known.size >= KEYS_KEPT && oldest.done !== true) known.delete(oldest.value);
    known.set(text, key);
    return key;
  };
}
