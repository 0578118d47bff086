/** Hash of an RSASSA-PKCS1-v1_5 signature. */
export type SignatureHash = 'sha1' | 'sha256';

/** What a wallet's interface reads out of an X.509 certificate. */
export interface CertificateFacts {
  /** Serial number, upper-case hexadecimal without leading zeros, as `Wechatpay-Serial` writes it. */
  readonly serialNumber: string;
  /** Issuer's attributes in the order of the certificate, such as `["C", "CN"]`. */
  readonly issuer: readonly (readonly [name: string, value: string])[];
  /** The holder's attributes, in the same form. */
  readonly subject: readonly (readonly [name: string, value: string])[];
  /** Object identifier of the signature algorithm. */
  readonly signatureOid: string;
  /** The public key as PEM (SubjectPublicKeyInfo). */
  readonly publicKey: string;
  /** Milliseconds since the epoch. */
  readonly validFrom: number;
  /** Milliseconds since the epoch. */
  readonly validTo: number;
}

/**
 * The port for the ciphers that wallets use. Keys are text: PEM (PKCS#8, PKCS#1, SubjectPublicKeyInfo, or an X.509
 * certificate where a public key is wanted), or the Base64 of the DER without armour as wallets' consoles hand it out.
 * Every member throws WalletRefusal (`unusable-key` and the codes named below) and nothing else.
 */
export interface WalletCrypto {
  /** RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2). */
  rsaSign(hash: SignatureHash, privateKey: string, message: Uint8Array): Uint8Array;
  /** The same, off the calling thread where the platform can. */
  rsaSignInBackground(hash: SignatureHash, privateKey: string, message: Uint8Array): Promise<Uint8Array>;
  rsaVerify(hash: SignatureHash, publicKey: string, message: Uint8Array, signature: Uint8Array): boolean;
  /** RSAES-OAEP with SHA-1 and MGF1-SHA-1; `too-long` when the plaintext does not fit the key. */
  oaepEncrypt(publicKey: string, plaintext: Uint8Array): Uint8Array;
  /** RSAES-OAEP with SHA-1 and MGF1-SHA-1; `undecipherable`. */
  oaepDecrypt(privateKey: string, ciphertext: Uint8Array): Uint8Array;
  /** AES-GCM, 12-byte nonce, the 16-byte tag appended to the ciphertext. */
  gcmSeal(key: Uint8Array, nonce: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** AES-GCM; `undecipherable` when the tag does not fit. */
  gcmOpen(key: Uint8Array, nonce: Uint8Array, associatedData: Uint8Array, sealed: Uint8Array): Uint8Array;
  /** AES-CBC with PKCS#7 padding. */
  cbcEncrypt(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** AES-CBC with PKCS#7 padding; `undecipherable` when the padding does not fit. */
  cbcDecrypt(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array;
  digest(hash: SignatureHash | 'md5' | 'sm3', bytes: Uint8Array): Uint8Array;
  /** SM2 with SM3 (GB/T 32918.2) for the identity `1234567812345678`; the signature as DER of r and s. */
  sm2Sign(privateKey: string, message: Uint8Array): Uint8Array;
  sm2Verify(publicKey: string, message: Uint8Array, signature: Uint8Array): boolean;
  /** SM4-GCM (RFC 8998), 16-byte key, 12-byte nonce, the 16-byte tag appended to the ciphertext. */
  sm4GcmSeal(key: Uint8Array, nonce: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** SM4-GCM; `undecipherable` when the tag does not fit. */
  sm4GcmOpen(key: Uint8Array, nonce: Uint8Array, associatedData: Uint8Array, sealed: Uint8Array): Uint8Array;
  /** Reads one certificate; `not-a-certificate`. */
  certificate(text: string): CertificateFacts;
  /** Whether a certificate names another as its issuer and is signed by it; `not-a-certificate`. */
  isIssuedBy(certificate: string, issuer: string): boolean;
}
