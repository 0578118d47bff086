export {
  type AesDukptKeyType,
  type AesDukptUsage,
  aesDukptHostKey,
  aesDukptInitialKey,
  aesDukptTransactionKey,
  aesDukptUpdateKey,
  aesDukptWorkingKey,
  isAesKsnValid,
  nextAesKsn,
} from './dukpt-aes.ts';
export { AesDukptTerminal, type DukptTransaction } from './dukpt-aes-terminal.ts';
export {
  isTdesKsnValid,
  nextTdesKsn,
  type TdesDukptUsage,
  tdesDukptHostKey,
  tdesDukptInitialKey,
  tdesDukptTransactionKey,
  tdesDukptWorkingKey,
} from './dukpt-tdes.ts';
export { TdesDukptTerminal } from './dukpt-tdes-terminal.ts';
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
export { decryptKeyEcb, encryptKeyEcb } from './key-transport.ts';
export {
  type CupEcbMacSteps,
  cbcMac,
  cmac,
  cupEcbMac,
  cupEcbMacSteps,
  hmac,
  type MacOptions,
  type MacPadding,
  macMatches,
  padIso9797,
  retailMac,
  x99Mac,
} from './mac.ts';
export { cryptCtr, decryptCbc, decryptEcb, encryptCbc, encryptEcb } from './modes.ts';
export { hasOddParity, withOddParity } from './parity.ts';
export {
  decipherPinBlock,
  decipherPinField,
  decodePinBlock,
  decodePinField4,
  decodePinFieldWithoutPan,
  encipherPinBlock,
  encodePanField4,
  encodePinBlock,
  encodePinField4,
  encodePinFieldWithoutPan,
  type PinBlockFormat,
  type PinBlockOptions,
  type PinBlockSide,
  translatePinBlock,
} from './pin-block.ts';
export { CryptoRefusal } from './refusal.ts';
