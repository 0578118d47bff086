import { concatBytes, xorBytes } from '@zhanggui/base';
import { engine } from '#engine';
import { decimalise } from './decimalise.ts';
import { packDigits, requireDigits, requireLength, requirePan } from './digits.ts';
import { cipherOf, keyBytes, requireKey, SecretKey } from './key.ts';
import { withOddParity } from './parity.ts';
import { requireThat } from './refusal.ts';

/** The card whose keys are derived. */
export interface CardIdentity {
  readonly pan: string;
  /** Two digits; `00` unless said, as for a card without tag 5F34. */
  readonly panSequenceNumber?: string;
}

/** Derivation option of EMV Book 2 annex A1.4: `B` differs from `A` only for account numbers of more than 16 digits. */
export type MasterKeyOption = 'A' | 'B';

const INVERTED = new Uint8Array(8).fill(0xff);

/**
 * Card master key from the issuer's (EMV Book 2 annex A1.4.1 and A1.4.2), with odd parity. One call for each of the issuer's
 * keys: cryptograms, script MAC, script encipherment, dynamic verification values.
 * @throws CryptoRefusal `digits`, `key-algorithm`, `key-usage`, `key-length`.
 */
export function deriveCardMasterKey(issuerKey: SecretKey, card: CardIdentity, option: MasterKeyOption): SecretKey {
  requireDoubleLength(issuerKey, 'emv-issuer-master');
  const { pan, panSequenceNumber = '00' } = card;
  requirePan(pan);
  requireDigits(panSequenceNumber, 2, 2, 'panSequenceNumber');
  const digits =
    option === 'B' && pan.length > 16 ? hashedDigits(pan + panSequenceNumber) : lastDigits(pan + panSequenceNumber);
  const left = packDigits(digits);
  const derived = cipherOf(issuerKey).encryptEcb(concatBytes(left, xorBytes(left, INVERTED)));
  return new SecretKey('TDES', 'emv-card-master', withOddParity(derived));
}

/**
 * Session key by the EMV common method (EMV Book 2 annex A1.3.1), with odd parity: `diversifier` with F0, then 0F, as its third
 * byte. For cryptograms it is `counterDiversifier`, for scripts the ARQC, for Mastercard's own method `mastercardDiversifier`.
 * @throws CryptoRefusal `length` when the diversifier has not 8 bytes, `key-algorithm`, `key-usage`, `key-length`.
 */
export function deriveCommonSessionKey(cardKey: SecretKey, diversifier: Uint8Array): SecretKey {
  requireDoubleLength(cardKey, 'emv-card-master');
  requireLength(diversifier, 8, 'diversifier');
  const blocks = concatBytes(diversifier, diversifier);
  blocks[2] = 0xf0;
  blocks[10] = 0x0f;
  return sessionKey(cipherOf(cardKey).encryptEcb(blocks));
}

/** ATC ‖ six zero bytes. @throws CryptoRefusal `length` when the ATC has not 2 bytes. */
export function counterDiversifier(atc: Uint8Array): Uint8Array {
  requireLength(atc, 2, 'atc');
  return concatBytes(atc, new Uint8Array(6));
}

/**
 * ATC ‖ 0000 ‖ unpredictable number: the diversifier of Mastercard's session keys (M/Chip 4, SKD).
 * @throws CryptoRefusal `length` when the ATC has not 2 or the number not 4 bytes.
 */
export function mastercardDiversifier(atc: Uint8Array, unpredictableNumber: Uint8Array): Uint8Array {
  requireLength(atc, 2, 'atc');
  requireLength(unpredictableNumber, 4, 'unpredictableNumber');
  return concatBytes(atc, new Uint8Array(2), unpredictableNumber);
}

/**
 * Session key of Visa's secure messaging (VIS): the halves of the card key exclusive or the counter and its complement,
 * with odd parity.
 * @throws CryptoRefusal `length` when the ATC has not 2 bytes, `key-algorithm`, `key-usage`, `key-length`.
 */
export function deriveVisaSessionKey(cardKey: SecretKey, atc: Uint8Array): SecretKey {
  requireDoubleLength(cardKey, 'emv-card-master');
  return sessionKey(xorBytes(keyBytes(cardKey), counterAndComplement(atc)));
}

/**
 * Session key of UnionPay cards (PBOC, JR/T 0025.7): the counter and its complement, each left-filled with zeros to a
 * block, enciphered under the card key; with odd parity.
 * @throws CryptoRefusal as `deriveVisaSessionKey`.
 */
export function deriveUnionPaySessionKey(cardKey: SecretKey, atc: Uint8Array): SecretKey {
  requireDoubleLength(cardKey, 'emv-card-master');
  return sessionKey(cipherOf(cardKey).encryptEcb(counterAndComplement(atc)));
}

/** Shape of the key tree: `branchFactor` to the power of `height` must reach all 65,536 counters. */
export interface SessionKeyTree {
  readonly branchFactor: number;
  readonly height: number;
  /** 16 bytes; zeros unless said. */
  readonly iv?: Uint8Array;
}

/**
 * Session key from the tree of EMV 2000 (EMV 4.1 Book 2 annex A1.3.1, withdrawn since), with odd parity.
 * @throws CryptoRefusal `length`, `tree` when the tree is no tree of all counters, `key-algorithm`, `key-usage`, `key-length`.
 */
export function deriveTreeSessionKey(cardKey: SecretKey, atc: Uint8Array, tree: SessionKeyTree): SecretKey {
  requireDoubleLength(cardKey, 'emv-card-master');
  requireLength(atc, 2, 'atc');
  const { branchFactor, height, iv = new Uint8Array(16) } = tree;
  requireLength(iv, 16, 'iv');
  const sound = Number.isInteger(branchFactor) && branchFactor >= 2 && branchFactor <= 0xff && Number.isInteger(height);
  requireThat(
    sound && height >= 2 && height <= 16 && branchFactor ** height >= 0x10000,
    'tree',
    'the tree must reach 65536 counters',
  );
  const counter = (atc[0] ?? 0) * 256 + (atc[1] ?? 0);
  let grandparent = iv;
  let parent = keyBytes(cardKey);
  for (let level = height - 1; level >= 1; level -= 1) {
    const child = treeStep(parent, grandparent, Math.floor(counter / branchFactor ** level) % branchFactor);
    grandparent = parent;
    parent = child;
  }
  return sessionKey(xorBytes(treeStep(parent, grandparent, counter % branchFactor), grandparent));
}

/** The halves of the grandparent, marked with the branch, enciphered under the parent. */
function treeStep(parent: Uint8Array, grandparent: Uint8Array, branch: number): Uint8Array {
  const blocks = grandparent.slice();
  blocks[7] = (blocks[7] ?? 0) ^ branch;
  blocks[15] = (blocks[15] ?? 0) ^ branch ^ 0xf0;
  return engine.tdes(parent).encryptEcb(blocks);
}

function lastDigits(digits: string): string {
  return digits.slice(-16).padStart(16, '0');
}

function hashedDigits(digits: string): string {
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return decimalise(engine.digest('sha1', packDigits(even)), 16);
}

function counterAndComplement(atc: Uint8Array): Uint8Array {
  requireLength(atc, 2, 'atc');
  const blocks = new Uint8Array(16);
  blocks.set(atc, 6);
  blocks.set(
    atc.map((byte) => byte ^ 0xff),
    14,
  );
  return blocks;
}

function sessionKey(bytes: Uint8Array): SecretKey {
  return new SecretKey('TDES', 'emv-session', withOddParity(bytes));
}

function requireDoubleLength(key: SecretKey, usage: 'emv-issuer-master' | 'emv-card-master'): void {
  requireKey(key, ['TDES'], [usage]);
  requireThat(key.length === 16, 'key-length', 'an EMV key has 16 bytes');
}
