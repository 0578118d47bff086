import {
  type CvvInput,
  computeCavv,
  computeCvc3,
  computeCvv,
  computeDcvv,
  computeIbm3624Offset,
  computeIbm3624Pin,
  computePvv,
  decimalise,
  deriveCardMasterKey,
  type Ibm3624Scheme,
  importKey,
  type SecretKey,
} from '@zhanggui/paycrypto';
import { Facts, type Inputs, type Kinds } from '../kind.ts';
import { bytes, desKey, hexOf, text } from './crypto-values.ts';

/** Card verification values, PVV, IBM 3624. */
export const kinds: Kinds = {
  cvv: (inputs) => ({ cvv: computeCvv(cvk(inputs), cardData(inputs)) }),
  cavv: (inputs) => ({
    cavv: computeCavv(cvk(inputs), {
      pan: text(inputs, 'pan'),
      unpredictableNumber: text(inputs, 'unpredictableNumber4'),
      authenticationResultCode: text(inputs, 'authenticationResultsCode'),
      secondFactorCode: text(inputs, 'secondFactorCode'),
    }),
  }),
  dcvv: (inputs) => ({
    dcvv: computeDcvv(cardKey(inputs, 'icvMethod'), { ...cardData(inputs), atc: text(inputs, 'atc') }),
  }),
  cvc3: (inputs) => {
    const cvc3 = computeCvc3(cardKey(inputs, 'keyDerivation'), {
      ...(isGiven(inputs, 'ivCvc3') ? { ivCvc3: bytes(inputs, 'ivCvc3') } : { track: bytes(inputs, 'track') }),
      atc: bytes(inputs, 'atc'),
      unpredictableNumber: bytes(inputs, 'unpredictableNumber'),
    });
    return new Facts({ cvc3: cvc3.digits, cvc3Ending: cvc3.digits.slice(-3), ivCvc3: hexOf(cvc3.ivCvc3) });
  },
  pvv: (inputs) => ({
    pvv: computePvv(pvk(inputs), {
      pan: text(inputs, 'pan'),
      pvki: text(inputs, 'pvki'),
      pin: text(inputs, 'pin'),
    }),
  }),
  'ibm3624-pin': (inputs) => ({
    pin: computeIbm3624Pin(pvk(inputs), text(inputs, 'pan'), scheme(inputs), text(inputs, 'offset')),
  }),
  'ibm3624-offset': (inputs) => ({
    offset: computeIbm3624Offset(pvk(inputs), text(inputs, 'pan'), scheme(inputs), text(inputs, 'pin')),
  }),
  decimalise: (inputs) => ({ result: decimalise(text(inputs, 'hex').toUpperCase(), Number(inputs.digits)) }),
  error: (inputs, context) => {
    const run = kinds[text(inputs, 'op')];
    if (run === undefined || run === kinds.error) throw new TypeError(`there is no operation "${text(inputs, 'op')}"`);
    return run(inputs, context);
  },
};

function cvk(inputs: Inputs): SecretKey {
  return importKey(text(inputs, 'cvk'), { algorithm: 'TDES', usage: 'cvk' });
}

function pvk(inputs: Inputs): SecretKey {
  return desKey(text(inputs, 'pvk'), 'pvk');
}

function cardKey(inputs: Inputs, methodName: string): SecretKey {
  const issuerKey = importKey(text(inputs, 'imk'), { algorithm: 'TDES', usage: 'emv-issuer-master' });
  const card = {
    pan: text(inputs, 'pan'),
    ...(isGiven(inputs, 'panSequence') ? { panSequenceNumber: text(inputs, 'panSequence') } : {}),
  };
  return deriveCardMasterKey(issuerKey, card, /option B/i.test(text(inputs, methodName)) ? 'B' : 'A');
}

function cardData(inputs: Inputs): CvvInput {
  return {
    pan: text(inputs, 'pan'),
    expiry: text(inputs, 'expiry'),
    serviceCode: text(inputs, 'serviceCode'),
  };
}

/** An error vector may leave out what it is not about: then the whole account number, filled with F. */
function scheme(inputs: Inputs): Ibm3624Scheme {
  return {
    decimalisationTable: text(inputs, 'conversionTable'),
    start: isGiven(inputs, 'panVerifyOffset') ? Number(inputs.panVerifyOffset) : 0,
    length: isGiven(inputs, 'panVerifyLength') ? Number(inputs.panVerifyLength) : text(inputs, 'pan').length,
    pad: isGiven(inputs, 'panPad') ? text(inputs, 'panPad') : 'F',
  };
}

function isGiven(inputs: Inputs, name: string): boolean {
  return inputs[name] !== undefined && inputs[name] !== null;
}
