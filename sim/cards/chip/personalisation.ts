import { readdirSync, readFileSync } from 'node:fs';
import { type Bilingual, concatBytes, fromHex } from '@zhanggui/base';
import { encodeTlv, parseAfl, staticData } from '@zhanggui/emv';
import type { EMV_PROFILES } from '@zhanggui/paycrypto';

/** A chip card as its bank has it made: what stands in `cards/<id>.json`. Hexadecimal text throughout; all of it is invented. */
export interface Personalisation {
  readonly id: string;
  readonly title: Bilingual;
  /** What trying it shows. */
  readonly note: Bilingual;
  readonly pin: string;
  readonly pinTryLimit: number;
  /** Tries left from the start; the limit when absent. */
  readonly pinTriesLeft?: number;
  readonly applications: readonly ApplicationData[];
}

/** One application on a card. */
export interface ApplicationData {
  readonly aid: string;
  readonly label: string;
  /** Tag 87. */
  readonly priority: string;
  readonly pan: string;
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
  /** Tag 9F38. */
  readonly pdol?: string;
  /** Tag 9F2A of the directory entry. */
  readonly kernelId?: string;
  /** By `file.record`: data objects, or one of the certificates. */
  readonly records: Readonly<Record<string, Readonly<Record<string, string>> | CertificateName>>;
}

/** Which certificate stands in a record. */
export type CertificateName = 'issuer-certificate' | 'icc-certificate' | 'pin-certificate' | 'static-signature';

/** The two interfaces of a chip. */
export type ChipInterface = 'contact' | 'contactless';

/** What `make-certificates.ts` writes: the test authorities' public keys and, for every application, its keys and certificates. */
export interface CertificateFile {
  readonly authorities: readonly {
    readonly rid: string;
    readonly index: number;
    readonly modulus: string;
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
  readonly faces: Partial<Readonly<Record<ChipInterface, FaceCertificates>>>;
}

/** Data objects of each certificate record. */
export type FaceCertificates = Readonly<Record<CertificateName, Readonly<Record<string, string>>>>;

const folder = new URL('./', import.meta.url);

/** Every personalised card. */
export function loadPersonalisations(): readonly Personalisation[] {
  return readdirSync(new URL('cards/', folder))
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(`cards/${name}`, folder), 'utf8')) as Personalisation);
}

/** Keys and certificates of the cards. @throws Error when the file is missing: `node sim/cards/chip/make-certificates.ts` makes it. */
export function loadCertificates(): CertificateFile {
  return JSON.parse(readFileSync(new URL('certificates.json', folder), 'utf8')) as CertificateFile;
}

/** Records of a face as READ RECORD gives them, by `file.record`. EMV Book 3 clause 6.5.11. */
export function faceRecords(face: Face, certificates: FaceCertificates): ReadonlyMap<string, Uint8Array> {
  return new Map(
    Object.entries(face.records).map(([place, data]) => {
      const values = typeof data === 'string' ? certificates[data] : data;
      return [place, encodeTlv([{ tag: '70', value: tlvItems(values) }])];
    }),
  );
}

/** The static data that a face's certificate covers. EMV Book 3 clause 10.3. */
export function faceStaticData(face: Face): Uint8Array {
  const records: Uint8Array[] = [];
  let tagList: Uint8Array | undefined;
  for (const data of Object.values(face.records))
    if (typeof data !== 'string' && data['9F4A'] !== undefined) tagList = fromHex(data['9F4A']);
  for (const { sfi, first, odaRecords } of parseAfl(fromHex(face.afl)))
    for (let record = first; record < first + odaRecords; record += 1) {
      const data = face.records[`${sfi}.${record}`];
      if (typeof data === 'object') records.push(encodeTlv(tlvItems(data)));
    }
  return staticData(concatBytes(...records), tagList, fromHex(face.aip));
}

function tlvItems(values: Readonly<Record<string, string>>): { tag: string; value: Uint8Array }[] {
  return Object.entries(values).map(([tag, value]) => ({ tag, value: fromHex(value) }));
}
