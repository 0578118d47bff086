import type { KeyObject } from 'node:crypto';
import { concatBytes, fromHex, type Rng, toHex } from '@zhanggui/base';
import { encodeTlv, parseDol, type TagValues, type TlvItem } from '@zhanggui/emv';
import {
  arpcMatches,
  computeArpc1,
  computeArpc2,
  computeCryptogram,
  deriveCryptogramKey,
  type Sm2PrivateKey,
  sm3,
} from '@zhanggui/paycrypto';
import type { ApplicationState } from './card-state.ts';
import { cryptogramData } from './cryptogram-data.ts';
import { type CardResults, issuerApplicationData } from './issuer-data.ts';
import { type CardKeys, cardKeys } from './issuer-keys.ts';
import {
  type ApplicationData,
  type ChipInterface,
  type Face,
  type FaceCertificates,
  faceRecords,
} from './personalisation.ts';
import { sha1, signDynamicData } from './signing.ts';
import { signSmDynamicData } from './sm-signing.ts';

/** What an application is made of. */
export interface ApplicationParts {
  readonly data: ApplicationData;
  readonly face: Face;
  readonly state: ApplicationState;
  readonly certificates: FaceCertificates;
  readonly privateKey: KeyObject;
  readonly pinPrivateKey: KeyObject;
  readonly smPrivateKey: Sm2PrivateKey | undefined;
  readonly rng: Rng;
}

/** What the card knows of the PIN when it makes a cryptogram. */
export type PinResults = Pick<CardResults, 'pinVerified' | 'pinFailed' | 'pinBlocked'>;

/** An application that has been selected: its counters, its records, and the cryptograms of one transaction. */
export class RunningApplication {
  readonly data: ApplicationData;
  readonly face: Face;
  readonly state: ApplicationState;
  readonly keys: CardKeys;
  readonly records: ReadonlyMap<string, Uint8Array>;
  readonly privateKey: KeyObject;
  /** The key for PINs, where the face shows one; else that for signatures. EMV Book 2 clause 7.1. */
  readonly pinKey: KeyObject;
  readonly #smKey: Sm2PrivateKey | undefined;
  readonly #rng: Rng;
  /** What terminal and card have said in this transaction. */
  #values = new Map<string, Uint8Array>();
  #pdolData: Uint8Array = new Uint8Array(0);
  #cdol1Data: Uint8Array = new Uint8Array(0);
  /** Both entropies and the card's times, of the last exchange. */
  #relayData: Uint8Array = new Uint8Array(0);
  #first: CardResults['first'] | undefined;
  #arqc: Uint8Array = new Uint8Array(8);
  /** Undefined until the issuer has been authenticated, or not. */
  issuerAuthenticated: boolean | undefined;
  started = false;

  constructor(parts: ApplicationParts) {
    const { data, face, state, certificates, privateKey, pinPrivateKey, smPrivateKey, rng } = parts;
    this.data = data;
    this.face = face;
    this.state = state;
    this.keys = cardKeys(data.profile, { pan: data.pan, panSequenceNumber: data.panSequenceNumber });
    this.records = faceRecords(face, certificates);
    this.privateKey = privateKey;
    this.pinKey = Object.values(face.records).includes('pin-certificate') ? pinPrivateKey : privateKey;
    this.#smKey = smPrivateKey;
    this.#rng = rng;
  }

  get atc(): Uint8Array {
    return Uint8Array.of(this.state.atc >> 8, this.state.atc & 0xff);
  }

  /** The last ARQC, on which session keys and the issuer's answer hang. */
  get arqc(): Uint8Array {
    return this.#arqc;
  }

  /** Whether the first GENERATE AC has been answered. */
  get hasFirstCryptogram(): boolean {
    return this.#first !== undefined;
  }

  /** Tag 94, by what the terminal has said that it knows. */
  get afl(): string {
    return this.#smNow === undefined ? this.face.afl : (this.face.smAfl ?? this.face.afl);
  }

  /** The key of a transaction with SM2: card and terminal both know it (DF69 is 01). JR/T 0025.17. */
  get #smNow(): Sm2PrivateKey | undefined {
    return this.face.smAfl !== undefined && this.#values.get('DF69')?.[0] === 0x01 ? this.#smKey : undefined;
  }

  value(tag: string): Uint8Array | undefined {
    return this.#values.get(tag);
  }

  /** A transaction begins: the counter goes up and the terminal's data of the PDOL is kept. EMV Book 3 clause 6.5.8. */
  start(pdolData: Uint8Array): void {
    this.state.atc = (this.state.atc + 1) & 0xffff;
    this.#values = new Map([
      ['82', fromHex(this.face.aip)],
      ['9F36', this.atc],
    ]);
    this.#pdolData = concatBytes(pdolData);
    this.#take(this.face.pdol ?? '', pdolData);
    this.#relayData = new Uint8Array(0);
    this.#first = undefined;
    this.issuerAuthenticated = undefined;
    this.started = true;
  }

  /** The answer to the terminal's entropy: the card's own, and its times. Book C-2. */
  exchangeRelayData(terminalEntropy: Uint8Array): Uint8Array {
    const { leastTime = 0, mostTime = 0, answerTransmission = 0 } = this.face.relayResistance ?? {};
    const times = [leastTime, mostTime, answerTransmission].flatMap((time) => [time >> 8, time & 0xff]);
    const answer = concatBytes(this.#rng.bytes(4), Uint8Array.from(times));
    this.#relayData = concatBytes(terminalEntropy, answer);
    return answer;
  }

  /** Data of a CDOL. @returns whether it is as long as the list asks. */
  takeCdol(list: '8C' | '8D', data: Uint8Array): boolean {
    const dol = this.recordValue(list) ?? '';
    if (parseDol(fromHex(dol)).reduce((sum, { length }) => sum + length, 0) !== data.length) return false;
    if (list === '8C') this.#cdol1Data = concatBytes(data);
    this.#take(dol, data);
    return true;
  }

  /** Value of a tag in the records, as hexadecimal text. */
  recordValue(tag: string): string | undefined {
    for (const record of Object.values(this.face.records))
      if (typeof record === 'object' && record[tag] !== undefined) return record[tag];
    return undefined;
  }

  /** Whether the card may approve this amount by itself. Card risk management, JR/T 0025.5. */
  mayApproveOffline(): boolean {
    const { mostAmountMinor } = this.data.offline;
    const { offlineTransactions, offlineAmountMinor } = this.state;
    const mostTransactions = this.state.mostOfflineTransactions ?? this.data.offline.mostTransactions;
    return offlineTransactions < mostTransactions && offlineAmountMinor + this.amountMinor <= mostAmountMinor;
  }

  get amountMinor(): number {
    return Number(toHex(this.#values.get('9F02') ?? new Uint8Array(6)));
  }

  /** The cryptogram and what goes with it: 9F27, 9F36, 9F26, 9F10. EMV Book 2 clause 8.1. */
  cryptogram(kind: 'AAC' | 'TC' | 'ARQC', pin: PinResults): TagValues {
    const second = this.#first !== undefined && kind !== 'ARQC' ? { second: kind } : {};
    const first = this.#first ?? kind;
    const failed = this.issuerAuthenticated === false ? { issuerAuthenticationFailed: true } : {};
    const issuerData = issuerApplicationData(this.data, { ...pin, ...failed, ...second, first });
    const data = cryptogramData(this.data.profile, new Map([...this.#values, ['9F10', issuerData]]));
    const { profile, cryptogram: key } = this.keys;
    const unpredictableNumber = this.#values.get('9F37') ?? new Uint8Array(4);
    const session = deriveCryptogramKey(key, profile, { atc: this.atc, unpredictableNumber });
    const cryptogram = computeCryptogram(session, data, { padding: profile.padding });
    if (kind === 'ARQC') this.#arqc = concatBytes(cryptogram);
    this.#first ??= kind;
    if (kind === 'TC' && this.issuerAuthenticated !== true) this.#countOffline();
    const information = { AAC: 0x00, TC: 0x40, ARQC: 0x80 }[kind];
    return new Map([
      ['9F27', Uint8Array.of(information)],
      ['9F36', this.atc],
      ['9F26', cryptogram],
      ['9F10', issuerData],
    ]);
  }

  /** The issuer has spoken: what the card approved by itself is forgotten. JR/T 0025.5. */
  resetOffline(): void {
    this.state.offlineTransactions = 0;
    this.state.offlineAmountMinor = 0;
    this.state.lastOnlineAtc = this.state.atc;
  }

  /** Checks the issuer's authentication data (91). EMV Book 2 clause 8.2. */
  authenticateIssuer(data: Uint8Array): boolean {
    const { profile, cryptogram } = this.keys;
    const unpredictableNumber = this.#values.get('9F37') ?? new Uint8Array(4);
    const session = deriveCryptogramKey(cryptogram, profile, { atc: this.atc, unpredictableNumber });
    const key = profile.arpcKey === 'session' ? session : cryptogram;
    const holds =
      profile.arpcMethod === 1
        ? data.length >= 10 && arpcMatches(computeArpc1(key, this.#arqc, data.subarray(8, 10)), data.subarray(0, 8))
        : data.length >= 8 &&
          arpcMatches(computeArpc2(key, this.#arqc, data.subarray(4, 8), data.subarray(8)), data.subarray(0, 4));
    this.issuerAuthenticated = holds;
    return holds;
  }

  /** Answer with a signature over the cryptogram and all data exchanged. EMV Book 2 clause 6.6.1. */
  signedAnswer(values: TagValues, cdol2Data: Uint8Array): Uint8Array {
    const items: TlvItem[] = ['9F27', '9F36', '9F10'].map((tag) => ({
      tag,
      value: values.get(tag) ?? new Uint8Array(0),
    }));
    const hash = this.#smNow === undefined ? sha1 : sm3;
    const exchanged = hash(concatBytes(this.#pdolData, this.#cdol1Data, cdol2Data, encodeTlv(items)));
    const number = this.#rng.bytes(8);
    const [information, cryptogram] = ['9F27', '9F26'].map((tag) => values.get(tag) ?? new Uint8Array(0));
    const dynamicData = concatBytes(
      Uint8Array.of(number.length),
      number,
      information ?? new Uint8Array(0),
      cryptogram ?? new Uint8Array(0),
      exchanged,
      this.#relayData,
    );
    const terminalData = this.#values.get('9F37') ?? new Uint8Array(4);
    const signed = this.data.fault === 'wrong-cda-signature' ? terminalData.map((byte) => byte ^ 0xff) : terminalData;
    const signature = this.#sign(dynamicData, signed);
    return encodeTlv([{ tag: '77', value: [...items, { tag: '9F4B', value: signature }] }]);
  }

  /** Signature over the terminal's data, for DDA and fDDA. EMV Book 2 clause 6.5.2; Book C-3, fDDA. */
  signature(terminalData: Uint8Array): Uint8Array {
    const number = this.#rng.bytes(8);
    return this.#sign(concatBytes(Uint8Array.of(number.length), number), terminalData);
  }

  #sign(dynamicData: Uint8Array, terminalData: Uint8Array): Uint8Array {
    const smKey = this.#smNow;
    return smKey === undefined
      ? signDynamicData(this.privateKey, dynamicData, terminalData)
      : signSmDynamicData(smKey, dynamicData, terminalData);
  }

  random(count: number): Uint8Array {
    return this.#rng.bytes(count);
  }

  #take(dol: string, data: Uint8Array): void {
    let offset = 0;
    for (const { tag, length } of parseDol(fromHex(dol))) {
      this.#values.set(tag, data.slice(offset, offset + length));
      offset += length;
    }
  }

  #countOffline(): void {
    this.state.offlineTransactions += 1;
    this.state.offlineAmountMinor += this.amountMinor;
  }
}

/** The face of an application for an interface. */
export function faceOf(data: ApplicationData, channel: ChipInterface): Face | undefined {
  return channel === 'contact' ? data.contact : data.contactless;
}
