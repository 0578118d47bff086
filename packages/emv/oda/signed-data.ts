import { concatBytes } from '@zhanggui/base';
import { sha1 } from '@zhanggui/paycrypto/digest.ts';
import { EmvRefusal } from '../refusal.ts';
import {
  type Authentication,
  authentication,
  type CdaInput,
  type CombinedAuthentication,
  combinedAuthentication,
  dynamicParts,
} from './authentication.ts';
import { hashHolds, openEnvelope, requireSha1 } from './envelope.ts';
import type { RsaPublicKey } from './rsa.ts';

/**
 * The static data to be authenticated: the records, then the application interchange profile when the tag list names it.
 * EMV Book 3 clause 10.3; Book 2 clause 5.1.1.
 * @param odaRecords as `readApplicationData` gives them.
 * @param tagList value of 9F4A, absent when the card has none.
 * @param aip value of 82.
 * @throws EmvRefusal `sda-tag-list` when the list holds anything but the tag 82: authentication has then failed.
 */
export function staticData(odaRecords: Uint8Array, tagList: Uint8Array | undefined, aip: Uint8Array): Uint8Array {
  if (tagList === undefined || tagList.length === 0) return odaRecords;
  if (tagList.length !== 1 || tagList[0] !== 0x82)
    throw new EmvRefusal('sda-tag-list', 'the static data authentication tag list holds more than 82', {
      path: '9F4A',
    });
  return concatBytes(odaRecords, aip);
}

/** Signed static application data, opened. */
export interface SignedStaticData {
  /** Two bytes, tag 9F45. */
  readonly dataAuthenticationCode: Uint8Array;
  readonly hash: Uint8Array;
  /** Whether the hash holds over the static data; undefined when none was given. */
  readonly hashValid: boolean | undefined;
  readonly recovered: Uint8Array;
}

/**
 * Opens tag 93 with the issuer's key. EMV Book 2 clause 5.4.
 * @throws EmvRefusal `signature-length`, `signature-range`, `recovered-malformed`, `hash-algorithm`.
 */
export function openSignedStaticData(
  issuer: RsaPublicKey,
  signature: Uint8Array,
  authenticated?: Uint8Array,
): SignedStaticData {
  const opened = openEnvelope(signature, issuer, 0x03);
  const { content, hash, recovered } = opened;
  if (content.length < 3) throw new EmvRefusal('recovered-malformed', 'the signed data is too short', { path: '93' });
  requireSha1(content[0] ?? 0);
  const hashValid = authenticated === undefined ? undefined : hashHolds(opened, authenticated);
  return { dataAuthenticationCode: content.subarray(1, 3), hash, hashValid, recovered };
}

/** Signed dynamic application data, opened. */
export interface SignedDynamicData {
  /** All ICC dynamic data. */
  readonly dynamicData: Uint8Array;
  /** Tag 9F4C, 2 to 8 bytes. */
  readonly iccDynamicNumber: Uint8Array;
  /** What follows the number: for CDA cryptogram information data, cryptogram and transaction data hash. */
  readonly rest: Uint8Array;
  readonly hash: Uint8Array;
  /** Whether the hash holds over the terminal's data; undefined when none was given. */
  readonly hashValid: boolean | undefined;
  readonly recovered: Uint8Array;
}

/**
 * Opens tag 9F4B with the card's key. EMV Book 2 clauses 6.5.2 and 6.6.2.
 * @param terminalData for DDA the data of the DDOL, for CDA the unpredictable number.
 * @throws EmvRefusal `signature-length`, `signature-range`, `recovered-malformed`, `hash-algorithm`.
 */
export function openSignedDynamicData(
  icc: RsaPublicKey,
  signature: Uint8Array,
  terminalData?: Uint8Array,
): SignedDynamicData {
  const opened = openEnvelope(signature, icc, 0x05);
  const { content, hash, recovered } = opened;
  const [algorithm = 0, dynamicLength = 0] = content;
  requireSha1(algorithm);
  if (dynamicLength < 1 || dynamicLength > content.length - 2)
    throw new EmvRefusal('recovered-malformed', 'the lengths in the signed dynamic data do not fit', { path: '9F4B' });
  const dynamicData = content.subarray(2, 2 + dynamicLength);
  return {
    dynamicData,
    ...dynamicParts(dynamicData),
    hash,
    hashValid: terminalData === undefined ? undefined : hashHolds(opened, terminalData),
    recovered,
  };
}

/** Static data authentication: on success the value is the data authentication code (9F45). EMV Book 2 clause 5.4. */
export function verifySda(issuer: RsaPublicKey, signature: Uint8Array, authenticated: Uint8Array): Authentication {
  return authentication(() => {
    const { hashValid, dataAuthenticationCode } = openSignedStaticData(issuer, signature, authenticated);
    return hashValid === true ? dataAuthenticationCode : undefined;
  });
}

/** Dynamic data authentication: on success the value is the ICC dynamic number (9F4C). EMV Book 2 clause 6.5.2. */
export function verifyDda(icc: RsaPublicKey, signature: Uint8Array, ddolData: Uint8Array): Authentication {
  return authentication(() => {
    const { hashValid, iccDynamicNumber } = openSignedDynamicData(icc, signature, ddolData);
    return hashValid === true ? iccDynamicNumber : undefined;
  });
}

/** Combined authentication: on success the value is the application cryptogram (9F26). EMV Book 2 clause 6.6.2. */
export function verifyCda(icc: RsaPublicKey, input: CdaInput): CombinedAuthentication {
  return combinedAuthentication(input, sha1, (signature) => {
    const opened = openSignedDynamicData(icc, signature, input.unpredictableNumber);
    return opened.hashValid === true ? opened : undefined;
  });
}
