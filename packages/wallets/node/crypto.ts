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
import type { CertificateFacts, SignatureHash, WalletCrypto } from '../wallet-crypto.ts';
import { WalletRefusal } from '../wallet-refusal.ts';

const TAG_BYTES = 16;
const KEYS_KEPT = 256;

/** The wallets' ciphers on node:crypto. Parsed keys are kept in memory, since parsing one costs as much as using it. */
export function nodeWalletCrypto(): WalletCrypto {
  const privateKey = remembering(parsePrivateKey);
  const publicKey = remembering(parsePublicKey);
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
    digest: (hash, bytes) => createHash(hash).update(bytes).digest(),
    certificate: readCertificate,
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

function remembering(parse: (text: string) => KeyObject): (text: string) => KeyObject {
  const known = new Map<string, KeyObject>();
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
