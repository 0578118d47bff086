import { readdirSync, readFileSync } from 'node:fs';
import { type Bilingual, concatBytes, fromHex } from '@zhanggui/base';
import { encodeTlv, parseAfl, staticData } from '@zhanggui/emv';
import type { EMV_PROFILES } from '@zhanggui/paycrypto';
import type { BankFault } from '../bank-fault.ts';
import { chipTrack2 } from '../card-values.ts';

/**
 * A card or phone as its bank has it made, and what the bank knows of it: what stands in `cards/<id>.json`. Hexadecimal text throughout; all of
 * it is invented.
 */
export interface Personalisation {
  readonly id: string;
  /** Place in the purse. */
  readonly order: number;
  readonly title: Bilingual;
  /** What trying it shows. */
  readonly note: Bilingual;
  readonly issuer: Bilingual;
  readonly scheme: 'unionpay' | 'visa' | 'mastercard';
  readonly kind: 'debit' | 'credit';
  readonly form: 'card' | 'phone';
  /** Which of the drawn faces it wears. */
  readonly face: string;
  /** How it can be presented; the first is its natural way. */
  readonly ways: readonly Way[];
  readonly pin: string;
  /** The PIN that the pad offers; the right one when absent. */
  readonly offeredPin?: string;
  readonly pinTryLimit: number;
  /** Tries left from the start; the limit when absent. */
  readonly pinTriesLeft?: number;
  /** Absent where it has no stripe. */
  readonly stripe?: { readonly serviceCode: string };
  /** `mute`: the chip does not answer to its reset. */
  readonly chipFault?: 'mute';
  readonly bank: BankAccount;
  /** Of a card without a chip. */
  readonly pan?: string;
  readonly expiry?: string;
  readonly applications: readonly ApplicationData[];
}

/** How a card meets a reader; `hold` is a phone in the field. */
export type Way = 'insert' | 'tap' | 'swipe' | 'hold';

/** What the bank keeps for each number of a card from the start. */
export interface BankAccount {
  readonly balanceMinor: number;
  /** Most that one payment may take. */
  readonly perPaymentMinor: number;
  /** What the bank does with this card from the start. */
  readonly fault: BankFault | null;
}

/** One application on a card. */
export interface ApplicationData {
  readonly aid: string;
  readonly label: string;
  /** Tag 87. */
  readonly priority: string;
  readonly pan: string;
  /** `YYMM`. */
  readonly expiry: string;
  readonly panSequenceNumber: string;
  /** How its cryptograms are made. */
  readonly profile: keyof typeof EMV_PROFILES;
  readonly derivationKeyIndex: number;
  /** What it approves by itself since its issuer last spoke. */
  readonly offline: { readonly mostTransactions: number; readonly mostAmountMinor: number };
  readonly blocked?: boolean;
  readonly fault?: 'wrong-cda-signature';
  /** A device that verifies its holder: at once, or only after being unlocked. */
  readonly device?: 'unlocked' | 'locked';
  readonly contact?: Face;
  readonly contactless?: Face;
}

/** What an application shows on one interface. */
export interface Face {
  /** Tag 82. */
  readonly aip: string;
  /** Tag 94. */
  readonly afl: string;
  /** Tag 94 for a terminal that says by DF69 that it knows SM2, SM3 and SM4: its records hold the SM2 certificates. JR/T 0025.17. */
  readonly smAfl?: string;
  /** Tag 9F38. */
  readonly pdol?: string;
  /** Tag 9F2A of the directory entry. */
  readonly kernelId?: string;
  /** Tag 9F29 of the directory entry: what belongs to the application's name besides its AID. */
  readonly extendedSelection?: string;
  /** Of a device that takes part in the relay resistance protocol (bit 1 of byte 2 of its profile). Book C-2. */
  readonly relayResistance?: RelayTimes;
  /** By `file.record`: data objects, or one of the certificates. In the file `track2` stands for tag 57, which `loadPersonalisations` makes. */
  readonly records: Readonly<Record<string, Readonly<Record<string, string>> | CertificateName>>;
}

/** What a device tells of its times, in hundreds of microseconds, and how long it really takes. */
export interface RelayTimes {
  readonly leastTime: number;
  readonly mostTime: number;
  readonly answerTransmission: number;
  /** With the way there and back; more when its words are relayed from elsewhere. */
  readonly takesMicroseconds: number;
}

/** Which certificate stands in a record. */
export type CertificateName =
  | 'issuer-certificate'
  | 'icc-certificate'
  | 'pin-certificate'
  | 'static-signature'
  | 'sm-issuer-certificate'
  | 'sm-icc-certificate'
  | 'sm-static-signature';

/** The two interfaces of a chip. */
export type ChipInterface = 'contact' | 'contactless';

/** What `npm run cards` writes: the test authorities' public keys and, for every application, its keys and certificates. */
export interface CertificateFile {
  readonly authorities: readonly {
    readonly rid: string;
    readonly index: number;
    readonly algorithm: 'RSA' | 'SM2';
    /** SM2: x ‖ y. */
    readonly modulus: string;
    /** SM2: empty. */
    readonly exponent: string;
  }[];
  /** By `<card id>/<AID>`. */
  readonly applications: Readonly<Record<string, ApplicationCertificates>>;
}

export interface ApplicationCertificates {
  /** PKCS #8, DER, base64: the card's key for signatures. For tests only, it opens nothing. */
  readonly privateKey: string;
  /** The same for PINs. */
  readonly pinPrivateKey: string;
  /** Of a card that knows SM2: 32 bytes, hexadecimal. */
  readonly smPrivateKey?: string;
  readonly faces: Partial<Readonly<Record<ChipInterface, FaceCertificates>>>;
}

/** Data objects of each certificate record; the SM2 ones for faces with an `smAfl`. */
export type FaceCertificates = Readonly<Partial<Record<CertificateName, Readonly<Record<string, string>>>>>;

const folder = new URL('./', import.meta.url);

/** Every card, in the order of the purse. */
export function loadPersonalisations(): readonly Personalisation[] {
  return readdirSync(new URL('cards/', folder))
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(new URL(`cards/${name}`, folder), 'utf8')) as Personalisation)
    .map((card) => ({ ...card, applications: card.applications.map((data) => withTrack2(card, data)) }))
    .sort((left, right) => left.order - right.order);
}

/** Puts the track 2 equivalent, whose check values hang on the bank's keys, where the file says `track2`. */
function withTrack2(card: Personalisation, data: ApplicationData): ApplicationData {
  const track2 = chipTrack2(data, card.stripe?.serviceCode ?? '220', card.pin);
  const complete = (face: Face): Face => ({
    ...face,
    records: Object.fromEntries(
      Object.entries(face.records).map(([place, record]) => [
        place,
        (record as string) === 'track2' ? { '57': track2 } : record,
      ]),
    ),
  });
  return {
    ...data,
    ...(data.contact === undefined ? {} : { contact: complete(data.contact) }),
    ...(data.contactless === undefined ? {} : { contactless: complete(data.contactless) }),
  };
}

/** Keys and certificates of the cards. @throws Error when the file is missing: `npm run cards` makes it. */
export function loadCertificates(): CertificateFile {
  return JSON.parse(readFileSync(new URL('certificates.json', folder), 'utf8')) as CertificateFile;
}

/** Records of a face as READ RECORD gives them, by `file.record`. EMV Book 3 clause 6.5.11. */
export function faceRecords(face: Face, certificates: FaceCertificates): ReadonlyMap<string, Uint8Array> {
  return new Map(
    Object.entries(face.records).map(([place, data]) => {
      const values = typeof data === 'string' ? (certificates[data] ?? {}) : data;
      return [place, encodeTlv([{ tag: '70', value: tlvItems(values) }])];
    }),
  );
}

/** The static data that a face's certificates cover, for one of its file locators. EMV Book 3 clause 10.3. */
export function faceStaticData(face: Face, afl: string): Uint8Array {
  const records: Uint8Array[] = [];
  let tagList: Uint8Array | undefined;
  for (const data of Object.values(face.records))
    if (typeof data !== 'string' && data['9F4A'] !== undefined) tagList = fromHex(data['9F4A']);
  for (const { sfi, first, odaRecords } of parseAfl(fromHex(afl)))
    for (let record = first; record < first + odaRecords; record += 1) {
      const data = face.records[`${sfi}.${record}`];
      if (typeof data === 'object') records.push(encodeTlv(tlvItems(data)));
    }
  return staticData(concatBytes(...records), tagList, fromHex(face.aip));
}

function tlvItems(values: Readonly<Record<string, string>>): { tag: string; value: Uint8Array }[] {
  return Object.entries(values).map(([tag, value]) => ({ tag, value: fromHex(value) }));
}
