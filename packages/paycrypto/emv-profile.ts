import { concatBytes } from '@zhanggui/base';
import type { CryptogramPadding } from './cryptogram.ts';
import {
  counterDiversifier,
  deriveCommonSessionKey,
  deriveUnionPaySessionKey,
  deriveVisaSessionKey,
  type MasterKeyOption,
  mastercardDiversifier,
} from './emv-keys.ts';
import type { SecretKey } from './key.ts';
import { mastercardPinChangeBlock, type ScriptEncipherment, visaPinChangeBlock } from './script.ts';

/** What one cryptogram version of one scheme does; everything that differs between them is data. */
export interface EmvProfile {
  readonly masterKeyOption: MasterKeyOption;
  /** Session key of the cryptogram; `none` is the card master key itself. */
  readonly cryptogramSession: 'none' | 'common' | 'mastercard' | 'unionpay';
  readonly padding: CryptogramPadding;
  readonly arpcMethod: 1 | 2;
  /** Whether the ARPC is made with the cryptogram's session key or with the card master key. */
  readonly arpcKey: 'session' | 'card-master';
  /** Session keys of scripts: common ones from the ARQC, or Visa's and UnionPay's from the ATC. */
  readonly scriptSession: 'common' | 'visa' | 'unionpay';
  /** Whether the script MAC covers ATC and ARQC between header and data. */
  readonly scriptMacContext: boolean;
  readonly scriptEncipherment: ScriptEncipherment;
  /** The clear block of a PIN change: Visa's, Visa's only where the current PIN is asked, or else ISO 9564-1 format 2. */
  readonly pinChangeBlock: 'visa' | 'visa-with-current-pin' | 'format-2';
}

const VISA_18: EmvProfile = {
  masterKeyOption: 'B',
  cryptogramSession: 'common',
  padding: 'emv',
  arpcMethod: 2,
  arpcKey: 'session',
  scriptSession: 'visa',
  scriptMacContext: true,
  scriptEncipherment: 'visa',
  pinChangeBlock: 'visa',
};

const MCHIP_20: EmvProfile = {
  masterKeyOption: 'A',
  cryptogramSession: 'common',
  padding: 'emv',
  arpcMethod: 1,
  arpcKey: 'session',
  scriptSession: 'common',
  scriptMacContext: true,
  scriptEncipherment: 'mastercard',
  pinChangeBlock: 'format-2',
};

const MCHIP_16: EmvProfile = { ...MCHIP_20, cryptogramSession: 'mastercard', arpcKey: 'card-master' };

/** The cryptogram versions that are known here, by scheme and number (VIS, M/Chip 4 and Advance, Interac, JR/T 0025). */
export const EMV_PROFILES = {
  'visa-10': {
    ...VISA_18,
    masterKeyOption: 'A',
    cryptogramSession: 'none',
    padding: 'zeros',
    arpcMethod: 1,
    arpcKey: 'card-master',
  },
  'visa-18': VISA_18,
  'visa-22': { ...VISA_18, scriptSession: 'common', pinChangeBlock: 'visa-with-current-pin' },
  'mchip-16': MCHIP_16,
  'mchip-17': MCHIP_16,
  'mchip-20': MCHIP_20,
  'mchip-21': MCHIP_20,
  'interac-133': { ...MCHIP_16, arpcKey: 'session', scriptMacContext: false },
  'unionpay-01': {
    ...VISA_18,
    masterKeyOption: 'A',
    cryptogramSession: 'unionpay',
    arpcMethod: 1,
    scriptSession: 'unionpay',
    scriptEncipherment: 'unionpay',
  },
} as const satisfies Readonly<Record<string, EmvProfile>>;

/** What the card says of one transaction, as far as keys depend on it. */
export interface TransactionContext {
  /** Tag 9F36, 2 bytes. */
  readonly atc: Uint8Array;
  /** Tag 9F37, 4 bytes; only Mastercard's own session keys need it. */
  readonly unpredictableNumber: Uint8Array;
}

/** Key of the application cryptogram under a profile. @throws CryptoRefusal as the derivations. */
export function deriveCryptogramKey(cardKey: SecretKey, profile: EmvProfile, context: TransactionContext): SecretKey {
  switch (profile.cryptogramSession) {
    case 'none':
      return cardKey;
    case 'common':
      return deriveCommonSessionKey(cardKey, counterDiversifier(context.atc));
    case 'mastercard':
      return deriveCommonSessionKey(cardKey, mastercardDiversifier(context.atc, context.unpredictableNumber));
    case 'unionpay':
      return deriveUnionPaySessionKey(cardKey, context.atc);
  }
}

/** Key of a script's MAC or encipherment under a profile, from the card's key for that purpose. @throws CryptoRefusal as the derivations. */
export function deriveScriptKey(cardKey: SecretKey, profile: EmvProfile, atc: Uint8Array, arqc: Uint8Array): SecretKey {
  switch (profile.scriptSession) {
    case 'common':
      return deriveCommonSessionKey(cardKey, arqc);
    case 'visa':
      return deriveVisaSessionKey(cardKey, atc);
    case 'unionpay':
      return deriveUnionPaySessionKey(cardKey, atc);
  }
}

/** What the script MAC of a profile covers between header and command data. */
export function scriptMacContext(profile: EmvProfile, atc: Uint8Array, arqc: Uint8Array): Uint8Array {
  return profile.scriptMacContext ? concatBytes(atc, arqc) : new Uint8Array(0);
}

/**
 * Clear block of a PIN change under a profile.
 * @param cardKey the card's master key for cryptograms; Visa's block depends on it.
 * @throws CryptoRefusal `digits`, `key-algorithm`, `key-usage`, `key-length`.
 */
export function pinChangeBlock(
  profile: EmvProfile,
  cardKey: SecretKey,
  newPin: string,
  currentPin?: string,
): Uint8Array {
  const { pinChangeBlock: kind } = profile;
  const visa = kind === 'visa' || (kind === 'visa-with-current-pin' && currentPin !== undefined);
  return visa ? visaPinChangeBlock(cardKey, newPin, currentPin) : mastercardPinChangeBlock(newPin);
}
