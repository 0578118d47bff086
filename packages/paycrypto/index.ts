export { arpcMatches, computeArpc1, computeArpc2 } from './arpc.ts';
export { type CryptogramOptions, type CryptogramPadding, computeCryptogram, verifyCryptogram } from './cryptogram.ts';
export {
  type CavvInput,
  CVV2_SERVICE_CODE,
  type Cvc3,
  type Cvc3Input,
  type CvvInput,
  computeCavv,
  computeCvc3,
  computeCvv,
  computeDcvv,
  type DcvvInput,
  ICVV_SERVICE_CODE,
  verifyCvv,
} from './cvv.ts';
export { decimalise } from './decimalise.ts';
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
export {
  type CardIdentity,
  counterDiversifier,
  deriveCardMasterKey,
  deriveCommonSessionKey,
  deriveTreeSessionKey,
  deriveUnionPaySessionKey,
  deriveVisaSessionKey,
  type MasterKeyOption,
  mastercardDiversifier,
  type SessionKeyTree,
} from './emv-keys.ts';
export {
  deriveCryptogramKey,
  deriveScriptKey,
  EMV_PROFILES,
  type EmvProfile,
  pinChangeBlock,
  scriptMacContext,
  type TransactionContext,
} from './emv-profile.ts';
export type { BlockCipher, CipherEngine, DigestName } from './engine.ts';
export { computeIbm3624Offset, computeIbm3624Pin, type Ibm3624Scheme, verifyIbm3624Pin } from './ibm3624.ts';
export {
  combineComponents,
  generateKey,
  type HeldKey,
  heldKey,
  importKey,
  type KeyAlgorithm,
  type KeyDescription,
  type KeyUsage,
  revealKeyBytes,
  type SecretKey,
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
export { cryptCtr, decryptCbc, decryptEcb, encryptCbc, encryptEcb, openGcm, sealGcm } from './modes.ts';
export { type Padding, pad, unpad } from './padding.ts';
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
export { computePvv, type PvvInput, verifyPvv } from './pvv.ts';
export { CryptoRefusal } from './refusal.ts';
export {
  computeScriptMac,
  encryptScriptData,
  mastercardPinChangeBlock,
  type PinChange,
  pinChangeCommand,
  type ScriptEncipherment,
  verifyScriptMac,
  visaPinChangeBlock,
} from './script.ts';
export {
  SM2_DEFAULT_USER_ID,
  type Sm2Signature,
  sm2Digest,
  sm2Sign,
  sm2SignatureFromDer,
  sm2SignatureToDer,
  sm2SignWithNonce,
  sm2Verify,
  sm2Za,
} from './sm2.ts';
export {
  joinSm2Cipher,
  type Sm2CipherFormat,
  type Sm2CipherParts,
  sm2Decrypt,
  sm2Encrypt,
  sm2EncryptWithNonce,
} from './sm2-cipher.ts';
export { importSm2Curve, SM2_P256V1, type Sm2Curve, type Sm2CurveParameters } from './sm2-curve.ts';
export {
  generateSm2Key,
  importSm2PrivateKey,
  importSm2PublicKey,
  revealSm2PrivateKey,
  Sm2PrivateKey,
  Sm2PublicKey,
} from './sm2-key.ts';
export { sm3, sm3Hmac, sm3Kdf } from './sm3.ts';
export { sm4CbcDecrypt, sm4CbcEncrypt, sm4Ctr, sm4EcbDecrypt, sm4EcbEncrypt, sm4Ofb } from './sm4.ts';
export { type AeadOptions, sm4CcmOpen, sm4CcmSeal, sm4GcmOpen, sm4GcmSeal } from './sm4-aead.ts';
export { type Sm4MacMechanism, type Sm4MacOptions, sm4Mac } from './sm4-mac.ts';
export {
  deriveKeyBlockKeys,
  type KeyBlockDescription,
  type KeyBlockKeys,
  keyUsageOf,
  type UnwrappedKeyBlock,
  unwrapKeyBlock,
  wrapKeyBlock,
} from './tr31.ts';
export {
  type KeyBlockHeader,
  type KeyBlockVersion,
  type OptionalBlock,
  type ReadHeader,
  readKeyBlockHeader,
  writeKeyBlockHeader,
} from './tr31-header.ts';
