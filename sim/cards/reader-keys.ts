import { fromHex, toHex } from '@zhanggui/base';
import { AesDukptTerminal, aesDukptInitialKey, generateKey, importKey, revealKeyBytes } from '@zhanggui/paycrypto';
import type { KeyDevice } from '@zhanggui/terminal';
import { DataFile } from '../data-file.ts';

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
   * The secure part of one reader.
   * @throws RangeError for a reader that does not exist.
   */
  device(readerId: string): KeyDevice {
    const kept = this.#file.content.readers[readerId];
    if (kept === undefined) throw new RangeError(`no reader ${readerId}`);
    return {
      readerId,
      next: async () => {
        const device = this.#devices.get(readerId) ?? this.#device(kept);
        this.#devices.set(readerId, device);
        const next = device.next();
        kept.nextCounter = device.counter ?? kept.nextCounter;
        this.#file.save();
        return next;
      },
    };
  }

  #device({ derivationId, nextCounter }: KeptReaders['readers'][string]): AesDukptTerminal {
    const { bdkId, bdk } = this.#file.content;
    const initialKeyId = fromHex(bdkId + derivationId);
    const initialKey = aesDukptInitialKey(importKey(bdk, { algorithm: 'AES', usage: 'bdk' }), initialKeyId);
    return new AesDukptTerminal(initialKey, initialKeyId, nextCounter);
  }
}

function newReaders(): KeptReaders {
  const bdk = toHex(revealKeyBytes(generateKey('AES', 'bdk', 16)));
  const readers = READERS.map((readerId, index) => {
    return [readerId, { derivationId: (index + 1).toString(16).padStart(8, '0').toUpperCase(), nextCounter: 1 }];
  });
  return { bdkId: BDK_ID, bdk, readers: Object.fromEntries(readers) };
}
