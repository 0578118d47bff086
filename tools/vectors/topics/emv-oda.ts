import { toHex } from '@zhanggui/base';
import {
  openSignedDynamicData,
  openSignedStaticData,
  type RsaPublicKey,
  recoverIccKey,
  recoverIssuerKey,
  recoverRsa,
} from '@zhanggui/emv';
import { Facts, type Inputs, type Kinds } from '../kind.ts';
import { bytesOf } from './emv-tlv.ts';

type Outcome = Readonly<Record<string, unknown>>;

const keyOf = (inputs: Inputs, owner: string): RsaPublicKey => ({
  modulus: bytesOf(inputs[`${owner}Modulus`]),
  exponent: bytesOf(inputs[`${owner}Exponent`]),
});

const optional = (inputs: Inputs, name: string): Uint8Array | undefined =>
  typeof inputs[name] === 'string' ? bytesOf(inputs[name]) : undefined;

const hexByte = (byte: number): string => toHex(Uint8Array.of(byte));

/** The hash is told only where the inputs let it be checked. */
const hashVerdict = (hashValid: boolean | undefined): Outcome => (hashValid === undefined ? {} : { hashValid });

/** The PAN may be given with an odd number of digits; the card pads it with F. */
function contextOf(inputs: Inputs): { pan?: Uint8Array; transactionDate?: Uint8Array } {
  const pan = inputs.pan;
  const transactionDate = optional(inputs, 'transactionDate');
  return {
    ...(typeof pan === 'string' ? { pan: bytesOf(pan.length % 2 === 0 ? pan : `${pan}F`) } : {}),
    ...(transactionDate === undefined ? {} : { transactionDate }),
  };
}

function issuerCertificate(inputs: Inputs): Outcome {
  const made = recoverIssuerKey(keyOf(inputs, 'ca'), {
    certificate: bytesOf(inputs.tag90),
    remainder: optional(inputs, 'tag92') ?? new Uint8Array(0),
    exponent: bytesOf(inputs.tag9F32),
    ...contextOf(inputs),
  });
  return {
    format: '02',
    issuerId: made.issuerId,
    expiryMMYY: made.expiry,
    serial: made.serial,
    hashAlg: hexByte(made.hashAlgorithm),
    keyAlg: hexByte(made.keyAlgorithm),
    modulusLength: made.modulus.length,
    exponentLength: made.exponent.length,
    modulus: toHex(made.modulus),
    hash: toHex(made.hash),
    hashValid: true,
    recovered: toHex(made.recovered),
  };
}

function iccCertificate(inputs: Inputs): Outcome {
  const staticData = optional(inputs, 'staticData');
  const made = recoverIccKey(keyOf(inputs, 'issuer'), {
    certificate: bytesOf(inputs.tag9F46),
    remainder: optional(inputs, 'tag9F48') ?? new Uint8Array(0),
    exponent: bytesOf(inputs.tag9F47),
    ...(staticData === undefined ? {} : { staticData }),
    ...contextOf(inputs),
  });
  return {
    format: '04',
    pan: made.pan,
    expiryMMYY: made.expiry,
    serial: made.serial,
    hashAlg: hexByte(made.hashAlgorithm),
    keyAlg: hexByte(made.keyAlgorithm),
    modulusLength: made.modulus.length,
    exponentLength: made.exponent.length,
    modulus: toHex(made.modulus),
    hash: toHex(made.hash),
    ...hashVerdict(made.hashValid),
    recovered: toHex(made.recovered),
  };
}

function signedStatic(inputs: Inputs): Outcome {
  const authenticated = optional(inputs, 'staticData');
  const made = openSignedStaticData(keyOf(inputs, 'issuer'), bytesOf(inputs.signature), authenticated);
  return {
    format: '03',
    dac: toHex(made.dataAuthenticationCode),
    hash: toHex(made.hash),
    ...hashVerdict(made.hashValid),
    recovered: toHex(made.recovered),
  };
}

function signedDynamic(inputs: Inputs): Outcome {
  const terminalData = optional(inputs, 'ddolOrUn');
  const made = openSignedDynamicData(keyOf(inputs, 'icc'), bytesOf(inputs.signature), terminalData);
  return {
    format: '05',
    dynamicData: toHex(made.dynamicData),
    iccDynamicNumber: toHex(made.iccDynamicNumber),
    hash: toHex(made.hash),
    ...hashVerdict(made.hashValid),
    rest: toHex(made.rest),
    recovered: toHex(made.recovered),
  };
}

const outcomes: Readonly<Record<string, (inputs: Inputs) => Outcome>> = {
  'issuer-cert': issuerCertificate,
  'icc-cert': iccCertificate,
  ssad: signedStatic,
  sdad: signedDynamic,
  'ca-recover': (inputs) => {
    const key = { modulus: bytesOf(inputs.modulus), exponent: bytesOf(inputs.exponent) };
    return { recovered: toHex(recoverRsa(bytesOf(inputs.signature), key)) };
  },
};

/** emv-oda: certificates and signed data. A vector states what its source tells of what was recovered. */
export const kinds: Kinds = {
  ...Object.fromEntries(
    Object.entries(outcomes).map(([kind, run]) => [kind, (inputs: Inputs) => new Facts(run(inputs))]),
  ),
  error: (inputs) => {
    const run = outcomes[String(inputs.op)];
    if (run === undefined) throw new RangeError(`unknown operation "${String(inputs.op)}"`);
    return new Facts(run(inputs));
  },
};
