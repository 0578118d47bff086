export type { BlockCipher, CipherEngine, DigestName } from './engine.ts';
export {
  combineComponents,
  generateKey,
  importKey,
  type KeyAlgorithm,
  type KeyDescription,
  type KeyUsage,
  revealKeyBytes,
  SecretKey,
  withUsage,
} from './key.ts';
export { hasOddParity, withOddParity } from './parity.ts';
export { CryptoRefusal } from './refusal.ts';
