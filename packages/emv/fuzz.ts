import { concatBytes, fromHex, toHex } from '@zhanggui/base';
import {
  atrFaults,
  authenticateCombined,
  bitWords,
  buildCandidateList,
  buildDol,
  buildField55,
  checkCaKey,
  conditionHolds,
  contactlessTransaction,
  contactTransaction,
  type Dialogue,
  decodeOid,
  describeTlv,
  encodeCaKey,
  encodeCommand,
  encodeOid,
  encodeTlv,
  exchangeT0,
  findTlv,
  issuerScripts,
  type KernelAnswer,
  type KernelOutcome,
  type KernelRequest,
  openSignedDynamicData,
  openSignedStaticData,
  parseAfl,
  parseAtr,
  parseCaKey,
  parseCommand,
  parseCvmList,
  parseField55,
  parseGenerateAc,
  parseIssuerApplicationData,
  parseProcessingOptions,
  parseResponse,
  parseTlv,
  processingRestrictions,
  type RsaPublicKey,
  readApplicationData,
  readSmIccCertificate,
  readSmIssuerCertificate,
  recoverIccKey,
  recoverIssuerKey,
  selectApplication,
  sessionValues,
  type TlvItem,
  type TlvNode,
  tagForm,
  terminalRiskManagement,
  verifyCda,
  verifySmDda,
  verifySmSda,
} from './index.ts';
import { AID, purchase, RECORD, template, terminal } from './kernel/testing.ts';

/** Decoders and dialogues that get any bytes; each answers or throws an `EmvRefusal`, nothing else. */
export const targets: Readonly<Record<string, (bytes: Uint8Array) => void>> = {
  'emv TLV strict': (bytes) => {
    const nodes = parseTlv(bytes);
    parseTlv(encodeTlv(itemsOf(nodes)), { padding: 'refuse' });
    findTlv(nodes, '9F26');
  },
  'emv TLV lenient': (bytes) => void describeTlv(parseTlv(bytes, { mode: 'lenient' })),
  'emv field 55': (bytes) => void buildField55(parseField55(bytes).values),
  'emv issuer scripts': (bytes) => void issuerScripts(parseTlv(bytes)),
  'emv DOL': (bytes) => void buildDol(bytes, parseTlvValues(bytes)),
  'emv AFL': (bytes) => void parseAfl(bytes),
  'emv tag': (bytes) => void tagForm(textOf(bytes.subarray(0, 12))),
  'emv OID': (bytes) => void encodeOid(decodeOid(bytes)),
  'emv bit field': (bytes) => void bitWords('TVR', bytes),
  'emv CVM list': (bytes) => {
    const list = parseCvmList(bytes);
    for (const rule of list.rules) conditionHolds(rule, list, CVM_CONTEXT);
  },
  'emv IAD': (bytes) => void parseIssuerApplicationData(bytes),
  'emv command': (bytes) => void encodeCommand(parseCommand(bytes)),
  'emv answer': (bytes) => void parseResponse(bytes),
  'emv ATR': (bytes) => void atrFaults(parseAtr(bytes)),
  'emv T=0': (bytes) => void converse(exchangeT0({ cla: 0, ins: 0xb2, p1: 1, p2: 12, le: 256 }), bytes),
  'emv T=0 with data': (bytes) =>
    void converse(exchangeT0({ cla: 0, ins: 0xa4, p1: 4, p2: 0, data: VISA_AID, le: 256 }), bytes),
  'emv candidate list': (bytes) => void converse(buildCandidateList([{ aid: VISA_AID, match: 'partial' }]), bytes),
  'emv final selection': (bytes) => void converse(selectApplication(VISA_AID), bytes),
  'emv read records': (bytes) => void converse(readApplicationData(bytes.subarray(0, 8)), bytes.subarray(8)),
  'emv processing options': (bytes) => void parseProcessingOptions(bytes),
  'emv GENERATE AC': (bytes) => void parseGenerateAc(bytes),
  'emv session': (bytes) => void sessionValues([{ command: READ_RECORD, response: bytes }]),
  'emv contact kernel': (bytes) => void converse(cardOnly(contactTransaction(terminal(), purchase())), bytes),
  'emv contactless kernel': (bytes) => void converse(cardOnly(contactlessTransaction(terminal(), purchase())), bytes),
  'emv Mastercard kernel': (bytes) =>
    void converse(cardOnly(contactlessTransaction(terminal({ contactless: { kernel: 2 } }), purchase())), bytes),
  'emv issuer certificate': (bytes) => void recoverIssuerKey(RSA_KEY, { certificate: bytes, exponent: THREE }),
  'emv issuer certificate, own key': (bytes) => {
    const [modulus, certificate] = halves(bytes);
    recoverIssuerKey({ modulus, exponent: THREE }, { certificate, exponent: THREE });
  },
  'emv issuer certificate, framed': (bytes) =>
    void recoverIssuerKey(IDENTITY_KEY, { certificate: framed(bytes, 2), exponent: THREE }),
  'emv card certificate': (bytes) =>
    void recoverIccKey(IDENTITY_KEY, { certificate: framed(bytes, 4), exponent: THREE }),
  'emv signed static data': (bytes) => void openSignedStaticData(IDENTITY_KEY, framed(bytes, 3), bytes),
  'emv signed dynamic data': (bytes) => void openSignedDynamicData(IDENTITY_KEY, framed(bytes, 5), bytes),
  'emv CDA': (bytes) =>
    void verifyCda(RSA_KEY, { answer: bytes, unpredictableNumber: THREE, pdolData: bytes, cdol1Data: bytes }),
  'emv CDA with SM2': (bytes) =>
    void authenticateCombined(
      { algorithm: 'SM2', point: SM2_KEY },
      { answer: bytes, unpredictableNumber: THREE, pdolData: bytes, cdol1Data: bytes },
    ),
  'emv SM2 issuer certificate': (bytes) => void readSmIssuerCertificate(SM2_KEY, bytes),
  'emv SM2 card certificate': (bytes) => void readSmIccCertificate(SM2_KEY, bytes, bytes),
  'emv SM2 static data': (bytes) => void verifySmSda(SM2_KEY, bytes, bytes),
  'emv SM2 dynamic data': (bytes) => void verifySmDda(SM2_KEY, bytes, bytes),
  'emv authority key': (bytes) => {
    const key = parseCaKey(bytes);
    checkCaKey(parseCaKey(encodeCaKey(key)));
  },
  'emv restrictions': (bytes) => {
    const values = parseTlvValues(bytes);
    processingRestrictions({ terminal: values, transaction: values, card: values });
  },
  'emv risk management': (bytes) => {
    const values = parseTlvValues(bytes);
    terminalRiskManagement({ terminal: values, transaction: values, card: values, log: [] });
  },
};

const FIELD_55 = fromHex(
  '9F2608ED1D6BA78357FB259F2701809F101307010103A00000010A0100000000003B1637329F3704591D37169F360201C0950500000000009A031807119C01009F02060000000000015F2A02015682027C009F1A0201569F03060000000000009F3303E0E1C8',
);
const PPSE_FCI = `6F21840E325041592E5359532E4444463031A50FBF0C0C610A4F08${AID}9000`;
const ADF_FCI = `6F128408${AID}A5069F38039F66049000`;
const CONSENT: Partial<Record<KernelRequest['ask'], KernelAnswer>> = {
  'choose-application': { answer: 'chosen', index: 0 },
  'confirm-application': { answer: 'confirmed' },
  'online-pin': { answer: 'pin-entered' },
  'offline-pin': { answer: 'pin-presented', sw: 0x9000 },
  online: { answer: 'issuer', decision: 'approve', responseCode: '00', data: new Uint8Array(0) },
};
const PSE_FCI = fromHex('6F1A840E315041592E5359532E4444463031A5088801025F2D02656E9000');
const CVM_LIST = fromHex('000000000000000042014403410342035E031F02');
const VISA_AID = fromHex('A0000000031010');
const READ_RECORD = fromHex('00B2010C00');
const THREE = Uint8Array.of(3);
const CVM_CONTEXT = {
  capabilities: 0xf8,
  attended: true,
  kind: 'purchase',
  amountMinor: 100,
  inApplicationCurrency: true,
} as const;

/** A test key of the American Express list, 768 bits. */
const RSA_KEY = {
  modulus: fromHex(
    'AFAD7010F884E2824650F764D47D7951A16EED6DBB881F384DEDB6702E0FB55C0FBEF945A2017705E5286FA249A591E194BDCD74B21720B44CE986F144237A25F95789F38B47EA957F9ADB2372F6D5D41340A147EAC2AF324E8358AE1120EF3F',
  ),
  exponent: THREE,
};

const IDENTITY_KEY = identityKey();

/** The base point of the SM2 curve (GB/T 32918.5), which is a public key like another. */
const SM2_KEY = fromHex(
  '32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0',
);

/** Valid inputs by target, to be mutated. */
export const samples: Readonly<Record<string, readonly Uint8Array[]>> = {
  'emv TLV strict': [FIELD_55, PSE_FCI.subarray(0, -2)],
  'emv TLV lenient': [FIELD_55, PSE_FCI.subarray(0, -2)],
  'emv field 55': [FIELD_55],
  'emv issuer scripts': [fromHex('710E9F180400000001860584240000007206860400C00000')],
  'emv DOL': [fromHex('9F02069F03069F1A0295055F2A029A039C019F3704')],
  'emv AFL': [fromHex('080103001001050120010100')],
  'emv OID': [fromHex('2A864886F70D01010B')],
  'emv CVM list': [CVM_LIST],
  'emv IAD': [fromHex('07010103A00000010A0100000000003B163732')],
  'emv command': [fromHex('00A404000E315041592E5359532E444446303100')],
  'emv ATR': [fromHex('3BF41300FF9101717C4100DEADBEEFE6')],
  'emv T=0': [fromHex('6C1CB2701A61189000')],
  'emv candidate list': [PSE_FCI],
  'emv read records': [fromHex('0801030010010201700A5F24033012315F3401019000')],
  'emv processing options': [fromHex('800E7C000801030010010501200101009000')],
  'emv GENERATE AC': [fromHex('8013800006B04398D218017BF907000103A0A80201')],
  'emv contact kernel': [
    inPieces('6A82', `6F0A8408${AID}9000`, '770A82021C009404080101009000', template('70', RECORD)),
  ],
  'emv contactless kernel': [
    inPieces(
      PPSE_FCI,
      ADF_FCI,
      template('77', {
        '82': '0000',
        '57': '6200000000000D3112',
        '9F10': '07010103A0A80201',
        '9F26': '1122334455667788',
        '9F27': '80',
        '9F36': '0007',
      }),
    ),
  ],
  'emv Mastercard kernel': [inPieces(PPSE_FCI, ADF_FCI, '770A820218809404080101009000', template('70', RECORD))],
  'emv issuer certificate': [RSA_KEY.modulus.map((byte, index) => (index === 0 ? 0 : byte))],
  'emv issuer certificate, framed': [fromHex('476173FF123103DA0A0101B001')],
  'emv card certificate': [fromHex('4761739001010119FFFF1222000001010160010203')],
  'emv signed static data': [fromHex('01DAC5BBBB')],
  'emv signed dynamic data': [
    fromHex('01260836DF6D9E2104092E40D58B731AF5885C067BE29D015DD4C9454026810F0879E219B8A7DCD0'),
  ],
  'emv restrictions': [fromHex('9F09020001 9F350122 9A03250511 9C0100 9F1A020156 5F2403250511'.replaceAll(' ', ''))],
  'emv risk management': [fromHex('9F1B0400002710 810400000064 9F140112 9F230134'.replaceAll(' ', ''))],
  'emv authority key': [
    encodeCaKey({ rid: fromHex('A000000333'), index: 1, algorithm: 'RSA', ...RSA_KEY, expiry: '20301231' }),
  ],
};

/** Answers of a card as `converse` takes them apart. */
function inPieces(...answers: readonly string[]): Uint8Array {
  return concatBytes(...answers.map((answer) => fromHex(`${toHex(Uint8Array.of(answer.length / 2))}${answer}`)));
}

/** A kernel with people who agree to everything and an issuer that approves. */
function* cardOnly(dialogue: Dialogue<KernelOutcome>): Generator<Uint8Array, KernelOutcome, Uint8Array> {
  let step = dialogue.next();
  while (step.done !== true) {
    const { ask } = step.value;
    step = dialogue.next(
      step.value.ask === 'card'
        ? { answer: 'card', response: yield step.value.command }
        : (CONSENT[ask] ?? { answer: 'cancelled' }),
    );
  }
  return step.value;
}

function itemsOf(nodes: readonly TlvNode[]): readonly TlvItem[] {
  return nodes.map(({ tag, value, children }) => ({ tag, value: children === undefined ? value : itemsOf(children) }));
}

function parseTlvValues(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  return new Map(parseTlv(bytes, { mode: 'lenient' }).map(({ tag, value }) => [tag, value]));
}

/** Plays a card whose answers are pieces of the input: a length byte, then so many bytes; empty answers end it. */
function converse<Result>(dialogue: Generator<Uint8Array, Result, Uint8Array>, bytes: Uint8Array): void {
  let step = dialogue.next();
  for (let offset = 0; step.done !== true && offset < bytes.length; ) {
    const length = bytes[offset] ?? 0;
    step = dialogue.next(bytes.subarray(offset + 1, offset + 1 + length));
    offset += 1 + length;
  }
}

/** Signed data of a format with the input as its content: under the key that changes nothing it is its own signature. */
function framed(bytes: Uint8Array, format: number): Uint8Array {
  const size = IDENTITY_KEY.modulus.length;
  const signature = new Uint8Array(size).fill(0xbb);
  signature.set([0x6a, format]);
  signature.set(bytes.subarray(0, size - 23), 2);
  signature[size - 1] = 0xbc;
  return signature;
}

/**
 * A key under which recovery changes nothing: its modulus is a product of different primes p with p − 1 dividing e − 1, so that
 * s to the power e is s again for every s. Fuzzing gets behind the framing with it.
 */
function identityKey(): RsaPublicKey {
  const order = 14_414_400;
  const small = Array.from({ length: Math.floor(Math.sqrt(order)) }, (_, index) => index + 1);
  const divisors = small.filter((divisor) => order % divisor === 0).flatMap((divisor) => [divisor, order / divisor]);
  const primes = divisors.map((divisor) => divisor + 1).filter(isPrime);
  let modulus = 1n;
  for (const prime of primes) {
    const larger = modulus * BigInt(prime);
    const hex = larger.toString(16);
    if (hex.length <= 254) modulus = larger;
    // The first byte must be above 6A, so that all framed data is below the modulus.
    else if (hex.length === 256 && hex >= '80')
      return { modulus: fromHex(hex), exponent: fromHex((order + 1).toString(16)) };
  }
  throw new Error('no product of the primes has the size that is wanted');
}

function isPrime(number: number): boolean {
  if (number < 2) return false;
  for (let divisor = 2; divisor * divisor <= number; divisor += 1) if (number % divisor === 0) return false;
  return true;
}

function halves(bytes: Uint8Array): readonly [Uint8Array, Uint8Array] {
  const middle = Math.floor(bytes.length / 2);
  return [bytes.subarray(0, middle), bytes.subarray(middle, middle * 2)];
}

function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
