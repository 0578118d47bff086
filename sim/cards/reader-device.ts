import { fromHex, toHex, utf8Encode } from '@zhanggui/base';
import {
  AesDukptTerminal,
  aesDukptInitialKey,
  aesDukptWorkingKey,
  cmac,
  encipherPinBlock,
  encryptCbc,
  generateKey,
  importKey,
  padIso9797,
  revealKeyBytes,
} from '@zhanggui/paycrypto';
import { DataFile } from '../data-file.ts';
import { type TestCard, track2 } from './cards.ts';

/** What a reader hands to the till: the card under keys that the till does not have. */
export interface SealedCard {
  readonly readerId: string;
  /** 12 bytes in hexadecimal. */
  readonly ksn: string;
  /** Card record as JSON, padded with 80 and zeros, AES-CBC with a zero vector, hexadecimal. */
  readonly sealed: string;
  /** CMAC, hexadecimal, over reader, KSN, entry mode, sealed record and PIN block, one a line. */
  readonly mac: string;
  /** ISO 9564 format 4, hexadecimal. */
  readonly pinBlock?: string;
  readonly entryMode: TestCard['entryMode'];
}

/** The key from which all readers of the simulator have theirs: a test key, made at the first start. */
export interface ReaderGrant {
  readonly readerId: string;
  /** First four bytes of the initial key id, hexadecimal. */
  readonly bdkId: string;
  /** AES-128, hexadecimal. */
  readonly bdk: string;
  readonly bdkCheckValue: string;
}

interface KeptReaders {
  readonly bdkId: string;
  readonly bdk: string;
  readonly readers: Record<string, { readonly derivationId: string; nextCounter: number }>;
}

const READERS = ['till_1', 'till_2'];
const BDK_ID = 'A6000001';

/** The keys of the virtual readers. Counters are kept, because the other side takes each KSN once. */
export class ReaderKeys {
  readonly #file: DataFile<KeptReaders>;
  readonly #devices = new Map<string, AesDukptTerminal>();

  constructor(path: string) {
    this.#file = new DataFile(path, newReaders);
  }

  readerIds(): string[] {
    return Object.keys(this.#file.content.readers);
  }

  /** What the party that opens the records is given. */
  grants(): ReaderGrant[] {
    const { bdkId, bdk } = this.#file.content;
    const bdkCheckValue = importKey(bdk, { algorithm: 'AES', usage: 'bdk' }).checkValue(3);
    return this.readerIds().map((readerId) => ({ readerId, bdkId, bdk, bdkCheckValue }));
  }

  /**
   * Seals a card for one presentation under the reader's next key.
   * @throws RangeError for a reader that does not exist.
   */
  seal(readerId: string, card: TestCard, pin: string | null): SealedCard {
    const { ksn, transactionKey } = this.#next(readerId);
    const dataKey = aesDukptWorkingKey(transactionKey, ksn, 'data-encrypt');
    const sealed = encryptCbc(dataKey, padIso9797(recordOf(card), 2, 16));
    const pinKey = aesDukptWorkingKey(transactionKey, ksn, 'pin');
    const pinBlock = pin === null ? null : toHex(encipherPinBlock(pinKey, pin, { format: 4, pan: card.pan }));
    const parts = [readerId, toHex(ksn), card.entryMode, toHex(sealed), pinBlock ?? ''];
    const macKey = aesDukptWorkingKey(transactionKey, ksn, 'mac-generate');
    return {
      readerId,
      ksn: toHex(ksn),
      sealed: toHex(sealed),
      mac: toHex(cmac(macKey, utf8Encode(parts.join('\n')))),
      ...(pinBlock === null ? {} : { pinBlock }),
      entryMode: card.entryMode,
    };
  }

  #next(readerId: string) {
    const kept = this.#file.content.readers[readerId];
    if (kept === undefined) throw new RangeError(`no reader ${readerId}`);
    const device = this.#devices.get(readerId) ?? this.#device(kept);
    this.#devices.set(readerId, device);
    const next = device.next();
    kept.nextCounter = device.counter ?? kept.nextCounter;
    this.#file.save();
    return next;
  }

  #device({ derivationId, nextCounter }: KeptReaders['readers'][string]): AesDukptTerminal {
    const { bdkId, bdk } = this.#file.content;
    const initialKeyId = fromHex(bdkId + derivationId);
    const initialKey = aesDukptInitialKey(importKey(bdk, { algorithm: 'AES', usage: 'bdk' }), initialKeyId);
    return new AesDukptTerminal(initialKey, initialKeyId, nextCounter);
  }
}

function recordOf(card: TestCard): Uint8Array {
  const chip = card.entryMode === 'swipe' ? {} : { sequence: '001' };
  return utf8Encode(JSON.stringify({ pan: card.pan, expiry: card.expiry, track2: track2(card), ...chip }));
}

function newReaders(): KeptReaders {
  const bdk = toHex(revealKeyBytes(generateKey('AES', 'bdk', 16)));
  const readers = READERS.map((readerId, index) => {
    return [readerId, { derivationId: (index + 1).toString(16).padStart(8, '0').toUpperCase(), nextCounter: 1 }];
  });
  return { bdkId: BDK_ID, bdk, readers: Object.fromEntries(readers) };
}
