import { concatBytes } from '@zhanggui/base';
import {
  type CryptogramOptions,
  computeArpc1,
  computeArpc2,
  computeCryptogram,
  computeScriptMac,
  counterDiversifier,
  deriveCardMasterKey,
  deriveCommonSessionKey,
  deriveCryptogramKey,
  deriveScriptKey,
  deriveTreeSessionKey,
  deriveVisaSessionKey,
  EMV_PROFILES,
  type EmvProfile,
  encryptScriptData,
  importKey,
  type MasterKeyOption,
  mastercardDiversifier,
  mastercardPinChangeBlock,
  pinChangeBlock,
  pinChangeCommand,
  type ScriptEncipherment,
  type SecretKey,
  scriptMacContext,
  visaPinChangeBlock,
} from '@zhanggui/paycrypto';
import { Facts, type Inputs, type Kind, type Kinds, Leading } from '../kind.ts';
import { bytes, bytesOfHex, hexOf, text } from './crypto-values.ts';

/** EMV keys, cryptograms, responses and scripts. */
export const kinds: Kinds = {
  'icc-mk': (inputs) => {
    const key = cardKey(inputs, 'issuerMk');
    return new Facts({ iccMk: hexOf(key), kcv: kcv(key) });
  },
  'session-key': (inputs) => {
    const key = sessionKey(importCardKey(text(inputs, 'iccMk')), methodOf(inputs, 'method'), inputs);
    return new Facts({ sessionKey: hexOf(key), kcv: kcv(key) });
  },
  'tree-sk': (inputs) => {
    const key = treeKey(importCardKey(text(inputs, 'iccMk')), inputs);
    return new Facts({ sessionKey: hexOf(key), kcv: kcv(key) });
  },
  ac: (inputs) => {
    const key = isGiven(inputs, 'issuerMk')
      ? sessionKey(cardKey(inputs, 'issuerMk'), methodOf(inputs, 'sessionKeyMethod'), inputs)
      : responseKey(inputs);
    return new Facts({
      sessionKey: hexOf(key),
      ac: hexOf(computeCryptogram(key, bytes(inputs, 'data'), cryptogramOptions(inputs))),
    });
  },
  arpc1: (inputs) => ({ arpc: hexOf(computeArpc1(responseKey(inputs), bytes(inputs, 'arqc'), bytes(inputs, 'arc'))) }),
  arpc2: (inputs) => ({
    arpc: hexOf(
      computeArpc2(responseKey(inputs), bytes(inputs, 'arqc'), bytes(inputs, 'csu'), proprietaryData(inputs)),
    ),
  }),
  'cvn-flow': (inputs) => (isGiven(inputs, 'cvn') ? profileFlow(inputs) : keyFlow(inputs)),
  'sm-mac': (inputs) => {
    if (isGiven(inputs, 'sessionKey')) return scriptMac(responseKey(inputs), inputs);
    const card = cardKey(inputs, 'issuerMkSmi');
    const session = deriveCommonSessionKey(card, bytes(inputs, 'r'));
    return new Facts({ iccMkKcv: kcv(card), skKcv: kcv(session), ...scriptMac(session, inputs).all });
  },
  'pin-change': (inputs) => (isGiven(inputs, 'r') ? genericPinChange(inputs) : profilePinChange(inputs)),
  error: (inputs, context) => {
    const run: Kind | undefined = kinds[text(inputs, 'op')];
    if (run === undefined || run === kinds.error) throw new TypeError(`there is no operation "${text(inputs, 'op')}"`);
    return run(inputs, context);
  },
};

function scriptMac(key: SecretKey, inputs: Inputs): Facts {
  const length = isGiven(inputs, 'length') ? Number(inputs.length) : 8;
  return new Facts({ mac: new Leading(hexOf(computeScriptMac(key, bytes(inputs, 'command'), length)), 8) });
}

/** From the issuer's key to the ARPC with one given diversifier. */
function keyFlow(inputs: Inputs): Facts {
  const card = cardKey(inputs, 'issuerMk');
  const session = deriveCommonSessionKey(card, bytes(inputs, 'r'));
  const ac = computeCryptogram(session, bytes(inputs, 'data'), cryptogramOptions(inputs));
  const arpcKey = /master/i.test(text(inputs, 'arpcKey')) ? card : session;
  return new Facts({
    iccMk: hexOf(card),
    iccMkKcv: kcv(card),
    sessionKey: hexOf(session),
    skKcv: kcv(session),
    ac: hexOf(ac),
    ...(isGiven(inputs, 'arc') ? { arpc1: hexOf(computeArpc1(arpcKey, ac, bytes(inputs, 'arc'))) } : {}),
    ...(isGiven(inputs, 'csu')
      ? { arpc2: hexOf(computeArpc2(arpcKey, ac, bytes(inputs, 'csu'), proprietaryData(inputs))) }
      : {}),
  });
}

/** One transaction and the MAC of one script under a cryptogram version. */
function profileFlow(inputs: Inputs): Facts {
  const profile = profileOf(text(inputs, 'cvn'));
  const atc = bytes(inputs, 'atc');
  const card = profileCardKey(inputs, 'issuerMkAc', profile);
  const unpredictableNumber = bytesOfHex(
    isGiven(inputs, 'unpredictableNumber') ? text(inputs, 'unpredictableNumber') : '',
  );
  const session = deriveCryptogramKey(card, profile, { atc, unpredictableNumber });
  const ac = computeCryptogram(session, bytes(inputs, 'acInput'), cryptogramOptions(inputs));
  const arpcKey = profile.arpcKey === 'session' ? session : card;
  const answer = bytes(inputs, 'arpcInput');
  const arpc =
    inputs.arpcMethod === 2
      ? computeArpc2(arpcKey, ac, answer.subarray(0, 4), answer.subarray(4))
      : computeArpc1(arpcKey, ac, answer);
  const scriptKey = deriveScriptKey(profileCardKey(inputs, 'issuerMkSmi', profile), profile, atc, ac);
  const script = concatBytes(bytes(inputs, 'scriptHeader'), scriptMacContext(profile, atc, ac));
  return new Facts({
    iccMkAc: hexOf(card),
    sessionKeyAc: hexOf(session),
    ac: hexOf(ac),
    arpc: hexOf(arpc),
    scriptMac: new Leading(hexOf(computeScriptMac(scriptKey, script)), 8),
  });
}

/** A PIN change whose session keys come from one given diversifier; the MAC covers header and data only. */
function genericPinChange(inputs: Inputs): Facts {
  const diversifier = bytes(inputs, 'r');
  const pinBlock = pinBlockOf(inputs, encipherment(text(inputs, 'scheme')), inputs.option === 'B' ? 'B' : 'A');
  const secrecyKey = deriveCommonSessionKey(cardKey(inputs, 'issuerMkSmc'), diversifier);
  const integrityKey = deriveCommonSessionKey(cardKey(inputs, 'issuerMkSmi'), diversifier);
  const encrypted = encryptScriptData(secrecyKey, pinBlock, encipherment(text(inputs, 'scheme')));
  const mac = computeScriptMac(integrityKey, concatBytes(bytes(inputs, 'header'), encrypted));
  return new Facts({
    clearPinBlock: hexOf(pinBlock),
    encrypted: hexOf(encrypted),
    mac: new Leading(hexOf(mac), 8),
    command: hexOf(concatBytes(bytes(inputs, 'header'), encrypted, mac)),
  });
}

function profilePinChange(inputs: Inputs): Facts {
  const profile = profileOf(text(inputs, 'scheme'));
  const [atc, arqc] = [bytes(inputs, 'atc'), bytes(inputs, 'arqc')];
  const pinBlock = profilePinBlock(inputs, profile);
  const command = pinChangeCommand(
    deriveScriptKey(profileCardKey(inputs, 'issuerMkSmi', profile), profile, atc, arqc),
    deriveScriptKey(profileCardKey(inputs, 'issuerMkSmc', profile), profile, atc, arqc),
    {
      header: bytes(inputs, 'header'),
      pinBlock,
      encipherment: profile.scriptEncipherment,
      macContext: scriptMacContext(profile, atc, arqc),
    },
  );
  return new Facts({ clearPinBlock: hexOf(pinBlock), command: hexOf(command) });
}

/** Vectors give the cryptogram key only where the block depends on it. */
function profilePinBlock(inputs: Inputs, profile: EmvProfile): Uint8Array {
  requireFormat2(inputs);
  const newPin = text(inputs, 'newPin');
  if (!isGiven(inputs, 'issuerMkAc')) return mastercardPinChangeBlock(newPin);
  const currentPin = isGiven(inputs, 'currentPin') ? text(inputs, 'currentPin') : undefined;
  return pinChangeBlock(profile, profileCardKey(inputs, 'issuerMkAc', profile), newPin, currentPin);
}

/** Visa's and UnionPay's block where the cryptogram key is given, else ISO format 2. */
function pinBlockOf(inputs: Inputs, method: ScriptEncipherment, option: MasterKeyOption): Uint8Array {
  const newPin = text(inputs, 'newPin');
  requireFormat2(inputs);
  if (method === 'emv' || method === 'mastercard' || !isGiven(inputs, 'issuerMkAc'))
    return mastercardPinChangeBlock(newPin);
  const currentPin = isGiven(inputs, 'currentPin') ? text(inputs, 'currentPin') : undefined;
  const issuerKey = importIssuerKey(text(inputs, 'issuerMkAc'));
  return visaPinChangeBlock(deriveCardMasterKey(issuerKey, cardOf(inputs), option), newPin, currentPin);
}

function requireFormat2(inputs: Inputs): void {
  if (isGiven(inputs, 'pinBlockFormat') && inputs.pinBlockFormat !== 2)
    throw new TypeError('only blocks of ISO format 2 are known by number');
}

const SCHEMES: readonly (readonly [words: RegExp, scheme: string])[] = [
  [/visa/i, 'visa'],
  [/m\/?chip|mastercard/i, 'mchip'],
  [/interac/i, 'interac'],
  [/unionpay|pboc/i, 'unionpay'],
];

function profileOf(name: string): EmvProfile {
  const scheme = SCHEMES.find(([words]) => words.test(name))?.[1];
  const version = /CVN\s*(\d+)/i.exec(name)?.[1];
  const key = `${scheme}-${version}`;
  const profiles: Readonly<Record<string, EmvProfile>> = EMV_PROFILES;
  const profile = Object.hasOwn(profiles, key) ? profiles[key] : undefined;
  if (profile === undefined) throw new TypeError(`there is no profile for "${name}"`);
  return profile;
}

function encipherment(scheme: string): ScriptEncipherment {
  if (/visa/i.test(scheme)) return 'visa';
  if (/mastercard|m\/chip/i.test(scheme)) return 'mastercard';
  return /unionpay/i.test(scheme) ? 'unionpay' : 'emv';
}

function profileCardKey(inputs: Inputs, name: string, profile: EmvProfile): SecretKey {
  return deriveCardMasterKey(importIssuerKey(text(inputs, name)), cardOf(inputs), profile.masterKeyOption);
}

function cardKey(inputs: Inputs, name: string): SecretKey {
  return deriveCardMasterKey(importIssuerKey(text(inputs, name)), cardOf(inputs), inputs.option === 'B' ? 'B' : 'A');
}

function cardOf(inputs: Inputs) {
  const psn = isGiven(inputs, 'psn') ? { panSequenceNumber: text(inputs, 'psn') } : {};
  return { pan: text(inputs, 'pan'), ...psn };
}

function methodOf(inputs: Inputs, name: string): string {
  return isGiven(inputs, name) ? text(inputs, name) : 'common';
}

/** The method as the topic words it: none, Visa's from the ATC, the tree, or the common one with what is given. */
function sessionKey(card: SecretKey, method: string, inputs: Inputs): SecretKey {
  if (/^none/i.test(method)) return card;
  if (/visa/i.test(method)) return deriveVisaSessionKey(card, bytes(inputs, 'atc'));
  if (/tree|emv ?2000/i.test(method)) return treeKey(card, inputs);
  if (isGiven(inputs, 'r')) return deriveCommonSessionKey(card, bytes(inputs, 'r'));
  const atc = bytes(inputs, 'atc');
  return deriveCommonSessionKey(
    card,
    /mastercard|SKD/i.test(method)
      ? mastercardDiversifier(atc, bytes(inputs, 'unpredictableNumber'))
      : counterDiversifier(atc),
  );
}

function treeKey(card: SecretKey, inputs: Inputs): SecretKey {
  return deriveTreeSessionKey(card, bytes(inputs, 'atc'), {
    height: Number(inputs.height),
    branchFactor: Number(inputs.branchFactor),
    ...(isGiven(inputs, 'iv') ? { iv: bytes(inputs, 'iv') } : {}),
  });
}

/** The key of a response: under whichever of its names, a session key unless it is said to be the card's. */
function responseKey(inputs: Inputs): SecretKey {
  const name = ['key', 'sessionKey', 'sk', 'iccMk'].find((candidate) => isGiven(inputs, candidate)) ?? 'key';
  const isCardKey = name === 'iccMk' || (isGiven(inputs, 'keyIs') && /master/i.test(text(inputs, 'keyIs')));
  return isCardKey
    ? importCardKey(text(inputs, name))
    : importKey(text(inputs, name), { algorithm: 'TDES', usage: 'emv-session' });
}

function proprietaryData(inputs: Inputs): Uint8Array {
  const name = Object.keys(inputs).find((candidate) => /^prop/i.test(candidate));
  return bytesOfHex(name !== undefined && isGiven(inputs, name) ? text(inputs, name) : '');
}

function cryptogramOptions(inputs: Inputs): CryptogramOptions {
  const named = isGiven(inputs, 'padding') ? text(inputs, 'padding') : 'EMV';
  return {
    padding: /zeros|visa|method 1/i.test(named) ? 'zeros' : 'emv',
    ...(isGiven(inputs, 'length') ? { length: Number(inputs.length) } : {}),
  };
}

function importIssuerKey(hex: string): SecretKey {
  return importKey(hex, { algorithm: 'TDES', usage: 'emv-issuer-master' });
}

function importCardKey(hex: string): SecretKey {
  return importKey(hex, { algorithm: 'TDES', usage: 'emv-card-master' });
}

function kcv(key: SecretKey): Leading {
  return new Leading(key.checkValue(8), 4);
}

function isGiven(inputs: Inputs, name: string): boolean {
  return inputs[name] !== undefined && inputs[name] !== null;
}
