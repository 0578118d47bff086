import { toHex, utf8Encode } from '@zhanggui/base';
import {
  aesDukptWorkingKey,
  cmac,
  type DukptTransaction,
  encryptCbc,
  padIso9797,
  type SecretKey,
} from '@zhanggui/paycrypto';
import type { CardRecord, CompletionRecord, EntryMode, SealedCard, SealedCompletion } from './read.ts';

const BLOCK_BYTES = 16;

/** The key for PIN blocks that go with what is sealed under the same KSN: AES for format 4, double-length TDES for format 0. ANSI X9.24-3. */
export function pinKeyOf({ ksn, transactionKey }: DukptTransaction, format: 0 | 4): SecretKey {
  return aesDukptWorkingKey(transactionKey, ksn, 'pin', format === 4 ? 'AES128' : '2TDEA');
}

/** Seals a card. The form is told at `SealedCard`. */
export function sealCard(
  readerId: string,
  keys: DukptTransaction,
  entryMode: EntryMode,
  record: CardRecord,
  pinBlock: Uint8Array | undefined,
): SealedCard {
  const block = pinBlock === undefined ? '' : toHex(pinBlock);
  const parts = seal(readerId, keys, entryMode, record, block);
  return { ...parts, ...(block === '' ? {} : { pinBlock: block }), entryMode };
}

/** Seals the chip's last word. The form is told at `SealedCompletion`. */
export function sealCompletion(readerId: string, keys: DukptTransaction, record: CompletionRecord): SealedCompletion {
  return { ...seal(readerId, keys, 'chip', record, ''), entryMode: 'chip' };
}

function seal(
  readerId: string,
  { ksn, transactionKey }: DukptTransaction,
  entryMode: EntryMode,
  record: CardRecord | CompletionRecord,
  pinBlock: string,
): Pick<SealedCard, 'readerId' | 'ksn' | 'sealed' | 'mac'> {
  const dataKey = aesDukptWorkingKey(transactionKey, ksn, 'data-encrypt');
  const macKey = aesDukptWorkingKey(transactionKey, ksn, 'mac-generate');
  const sealed = toHex(encryptCbc(dataKey, padIso9797(utf8Encode(JSON.stringify(record)), 2, BLOCK_BYTES)));
  const lines = [readerId, toHex(ksn), entryMode, sealed, pinBlock];
  return { readerId, ksn: toHex(ksn), sealed, mac: toHex(cmac(macKey, utf8Encode(lines.join('\n')))) };
}
