import {
  type CardIdentity,
  deriveCardMasterKey,
  EMV_PROFILES,
  type EmvProfile,
  importKey,
  type SecretKey,
} from '@zhanggui/paycrypto';
import type { ApplicationData } from './personalisation.ts';

/** The card keys of one application: for cryptograms and for the MACs of scripts. EMV Book 2 annex A1.4. */
export interface CardKeys {
  readonly profile: EmvProfile;
  readonly cryptogram: SecretKey;
  readonly scriptMac: SecretKey;
}

/** Master keys of the test bank, known to everybody: they protect test cards only. */
const ISSUER_CRYPTOGRAM_KEY = '0123456789ABCDEFFEDCBA9876543210';
const ISSUER_SCRIPT_KEY = '1022334455667788F1E2D3C4B5A69788';

/** What the bank puts into a card, and finds again from its number. */
export function cardKeys(name: ApplicationData['profile'], card: CardIdentity): CardKeys {
  const profile = EMV_PROFILES[name];
  const derive = (hex: string): SecretKey =>
    deriveCardMasterKey(
      importKey(hex, { algorithm: 'TDES', usage: 'emv-issuer-master' }),
      card,
      profile.masterKeyOption,
    );
  return { profile, cryptogram: derive(ISSUER_CRYPTOGRAM_KEY), scriptMac: derive(ISSUER_SCRIPT_KEY) };
}
