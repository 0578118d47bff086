/** Digests that the payment standards name. */
export type DigestName = 'sha1' | 'sha256' | 'sha384' | 'sha512' | 'sm3';

/**
 * A block cipher with its key inside. Nothing is padded: data is a whole number of blocks (any length for `ctr`), and
 * anything else is refused with a `CryptoRefusal`. Each call stands alone, no state is carried from one to the next.
 */
export interface BlockCipher {
  /** Bytes in a block: 8 for DES and TDES, 16 for AES and SM4. */
  readonly blockSize: 8 | 16;
  /** ECB (NIST SP 800-38A, 6.1). */
  encryptEcb(data: Uint8Array): Uint8Array;
  decryptEcb(data: Uint8Array): Uint8Array;
  /** CBC (NIST SP 800-38A, 6.2); `iv` is one block. */
  encryptCbc(data: Uint8Array, iv: Uint8Array): Uint8Array;
  decryptCbc(data: Uint8Array, iv: Uint8Array): Uint8Array;
  /** CTR (NIST SP 800-38A, 6.5): the whole `counterBlock` is incremented big-endian. Its own inverse. */
  ctr(data: Uint8Array, counterBlock: Uint8Array): Uint8Array;
}

/**
 * The port to the platform's ciphers. `node/engine.ts` stands on node:crypto, `web/engine.ts` on audited libraries; the
 * package's own files import the bound one as `#engine`, which the platform's resolver chooses (see package.json).
 * A cipher is worth keeping: making one costs several times more than using it. Key lengths are the caller's to check.
 */
export interface CipherEngine {
  /** Single DES; 8 key bytes. */
  des(key: Uint8Array): BlockCipher;
  /** Triple DES, EDE; 16 (two-key) or 24 key bytes. */
  tdes(key: Uint8Array): BlockCipher;
  /** AES; 16, 24 or 32 key bytes. */
  aes(key: Uint8Array): BlockCipher;
  /** SM4 (GB/T 32907); 16 key bytes. */
  sm4(key: Uint8Array): BlockCipher;
  /** AES-GCM (NIST SP 800-38D): ciphertext followed by the 16-byte tag; `nonce` has 12 bytes. */
  aesGcmSeal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, associatedData: Uint8Array): Uint8Array;
  /** Plaintext of `sealed`, or `undefined` when the tag does not match. */
  aesGcmOpen(
    key: Uint8Array,
    nonce: Uint8Array,
    sealed: Uint8Array,
    associatedData: Uint8Array,
  ): Uint8Array | undefined;
  digest(name: DigestName, data: Uint8Array): Uint8Array;
  /** HMAC (RFC 2104) of `data`. */
  hmac(name: DigestName, key: Uint8Array, data: Uint8Array): Uint8Array;
  /** Bytes from the platform's cryptographic generator. */
  randomBytes(count: number): Uint8Array;
}
