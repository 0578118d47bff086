import { createRequire } from 'node:module';
import { fromHex, toHex, utf8Encode } from '@zhanggui/base';
import {
  AesDukptTerminal,
  aesDukptHostKey,
  aesDukptInitialKey,
  aesDukptTransactionKey,
  aesDukptWorkingKey,
  cupEcbMac,
  encipherPinBlock,
  encryptCbc,
  importKey,
  isAesKsnValid,
  isTdesKsnValid,
  nextAesKsn,
  nextTdesKsn,
  retailMac,
  tdesDukptHostKey,
  tdesDukptInitialKey,
  tdesDukptTransactionKey,
  tdesDukptWorkingKey,
  translatePinBlock,
  unwrapKeyBlock,
  wrapKeyBlock,
} from '@zhanggui/paycrypto';

/** What the npm package `dukpt` exports; it has no types. */
type PeerDukpt = new (
  bdk: string,
  ksn: string,
  keyMode: 'pinkey' | 'datakey',
) => { readonly _sessionKey: string; dukptEncrypt(data: string, options: Readonly<Record<string, string>>): string };

interface Row {
  readonly work: string;
  readonly ours: () => unknown;
  readonly peer?: () => unknown;
}

const WARM_UP_MS = 150;
const ROUND_MS = 200;
const ROUNDS = 5;
const HEX = '0123456789ABCDEFFEDCBA9876543210';
const PAN = '6225000000000253';
const MESSAGE = utf8Encode('0200702406C020C09A11166225000000000253'.padEnd(240, '7'));

/** Payment cryptography per second on one core, warm; the best of five rounds, ours and the npm peer's taken in turn. */
export async function run(): Promise<string> {
  const lines = [...tdesDukptRows(), ...aesDukptRows(), ...blockRows()].map(measure);
  return [
    '| work | ours, per second | npm `dukpt` 3.0.0 | ratio |',
    '|---|---:|---:|---:|',
    ...lines,
    '',
    'A "next counter" is the host meeting the next transaction of a device that it has met before; "any counter" is a device that it has',
    'never met, at a random counter. Both begin at the BDK. The peer begins at the BDK each time, so it is set beside both.',
    '',
    'What bounds it: in node:crypto a fresh key costs about 2 µs (a key object and a cipher context) before it enciphers its first',
    'block, and a block under a kept context 0.6 µs. A random AES counter takes up to seventeen fresh keys, so it stays near 20,000 a',
    'second; the kept path of a device brings that to two. Single DES, which OpenSSL does not offer, runs in des.js at 1 µs with a fresh',
    'key, and a random TDES counter takes up to twenty of them; the peer spends its time likewise, in DES of its own. MACs are bounded by',
    'DES itself, 30 blocks at some 0.25 µs.',
  ].join('\n');
}

function tdesDukptRows(): readonly Row[] {
  const Peer = createRequire(import.meta.url)('dukpt') as PeerDukpt;
  const bdk = importKey(HEX, { algorithm: 'TDES', usage: 'bdk' });
  const first = fromHex('FFFF9876543210E00001');
  const ours = sequence(first, nextTdesKsn);
  const theirs = sequence(first, nextTdesKsn);
  const anyKsn = sampled(fromHex('FFFF9876543210E00000'), 7, isTdesKsnValid);
  const data = toHex(MESSAGE.subarray(0, 48));
  return [
    {
      work: 'TDES DUKPT PIN key, next counter',
      ours: () => tdesDukptHostKey(bdk, ours(), 'pin'),
      peer: () => new Peer(HEX, toHex(theirs()), 'pinkey')._sessionKey,
    },
    {
      work: 'TDES DUKPT PIN key, any counter',
      ours: () => {
        const ksn = anyKsn();
        return tdesDukptWorkingKey(tdesDukptTransactionKey(tdesDukptInitialKey(bdk, ksn), ksn), 'pin');
      },
      peer: () => new Peer(HEX, toHex(anyKsn()), 'pinkey')._sessionKey,
    },
    {
      work: 'TDES DUKPT data key and 48 bytes enciphered, next counter',
      ours: () => encryptCbc(tdesDukptHostKey(bdk, ours(), 'data-request'), MESSAGE.subarray(0, 48)),
      peer: () =>
        new Peer(HEX, toHex(theirs()), 'datakey').dukptEncrypt(data, {
          inputEncoding: 'hex',
          outputEncoding: 'hex',
          encryptionMode: '3DES',
        }),
    },
  ];
}

function aesDukptRows(): readonly Row[] {
  const bdk = importKey(HEX, { algorithm: 'AES', usage: 'bdk' });
  const keyId = fromHex('A1B2C3D4E5F60718');
  const first = fromHex('A1B2C3D4E5F6071800000001');
  const next = sequence(first, nextAesKsn);
  const anyKsn = sampled(fromHex('A1B2C3D4E5F6071800000000'), 8, isAesKsnValid);
  const initial = aesDukptInitialKey(bdk, keyId);
  const device = new AesDukptTerminal(initial, keyId);
  return [
    { work: 'AES DUKPT PIN key, next counter', ours: () => aesDukptHostKey(bdk, next(), 'pin') },
    {
      work: 'AES DUKPT PIN key, any counter',
      ours: () => {
        const ksn = anyKsn();
        const root = aesDukptInitialKey(bdk, ksn.subarray(0, 8));
        return aesDukptWorkingKey(aesDukptTransactionKey(root, ksn), ksn, 'pin');
      },
    },
    {
      work: 'AES DUKPT on the device: next transaction and its PIN key',
      ours: () => {
        const { ksn, transactionKey } = device.next();
        return aesDukptWorkingKey(transactionKey, ksn, 'pin');
      },
    },
  ];
}

function blockRows(): readonly Row[] {
  const from = { key: importKey(HEX, { algorithm: 'TDES', usage: 'pin' }), format: 0 } as const;
  const to = {
    key: importKey('89E88CF7931444F334BD7547FC3F380C', { algorithm: 'TDES', usage: 'pin' }),
    format: 0,
  } as const;
  const aes = { key: importKey(HEX, { algorithm: 'AES', usage: 'pin' }), format: 4 } as const;
  const block = encipherPinBlock(from.key, '482913', { format: 0, pan: PAN });
  const block4 = encipherPinBlock(aes.key, '482913', { format: 4, pan: PAN });
  const bdk = importKey(HEX, { algorithm: 'AES', usage: 'bdk' });
  const next = sequence(fromHex('A1B2C3D4E5F6071900000001'), nextAesKsn);
  const mak = importKey(HEX, { algorithm: 'TDES', usage: 'mac' });
  const kbpk = importKey(HEX, { algorithm: 'AES', usage: 'key-block-protection' });
  const keyBlock = wrapKeyBlock(kbpk, mak, { version: 'D', keyUsage: 'M3', modeOfUse: 'C', exportability: 'N' });
  return [
    { work: 'PIN block translated, format 0 to 0', ours: () => translatePinBlock(block, from, to, { pan: PAN }) },
    { work: 'PIN block translated, format 4 to 0', ours: () => translatePinBlock(block4, aes, to, { pan: PAN }) },
    {
      work: 'PIN block from a new DUKPT PIN key (format 4) to a zone key (format 0)',
      ours: () => {
        const key = aesDukptHostKey(bdk, next(), 'pin');
        const enciphered = encipherPinBlock(key, '482913', { format: 4, pan: PAN });
        return translatePinBlock(enciphered, { key, format: 4 }, to, { pan: PAN });
      },
    },
    { work: 'CUP ECB MAC of 240 bytes', ours: () => cupEcbMac(mak, MESSAGE) },
    { work: 'retail MAC of 240 bytes', ours: () => retailMac(mak, MESSAGE) },
    { work: 'key block unwrapped, version D', ours: () => unwrapKeyBlock(kbpk, keyBlock).toKey() },
  ];
}

function measure({ work, ours, peer }: Row): string {
  let best = 0;
  let bestOfPeer = 0;
  perSecond(ours, WARM_UP_MS);
  if (peer !== undefined) perSecond(peer, WARM_UP_MS);
  for (let round = 0; round < ROUNDS; round += 1) {
    best = Math.max(best, perSecond(ours, ROUND_MS));
    if (peer !== undefined) bestOfPeer = Math.max(bestOfPeer, perSecond(peer, ROUND_MS));
  }
  const theirs = peer === undefined ? '–' : grouped(bestOfPeer);
  const ratio = peer === undefined ? '–' : `${(best / bestOfPeer).toFixed(1)}×`;
  return `| ${work} | ${grouped(best)} | ${theirs} | ${ratio} |`;
}

function perSecond(work: () => unknown, durationMs: number): number {
  const start = performance.now();
  let count = 0;
  let elapsedMs = 0;
  while (elapsedMs < durationMs) {
    for (let repeat = 0; repeat < 20; repeat += 1) work();
    count += 20;
    elapsedMs = performance.now() - start;
  }
  return (count * 1000) / elapsedMs;
}

function sequence(first: Uint8Array, next: (ksn: Uint8Array) => Uint8Array | undefined): () => Uint8Array {
  let ksn = first;
  return () => {
    ksn = next(ksn) ?? first;
    return ksn;
  };
}

/** A thousand KSNs of valid random counters, in turn; the counter stands from byte `at` on. */
function sampled(base: Uint8Array, at: number, isValid: (ksn: Uint8Array) => boolean): () => Uint8Array {
  const ksns: Uint8Array[] = [];
  for (let state = 1; ksns.length < 1000; ) {
    const ksn = base.slice();
    for (let index = at; index < ksn.length; index += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const mask = index === 7 ? 0x1f : 0xff;
      ksn[index] = ((ksn[index] ?? 0) & ~mask) | ((state >>> 24) & mask);
    }
    if (isValid(ksn)) ksns.push(ksn);
  }
  let turn = 0;
  return () => {
    turn = (turn + 1) % ksns.length;
    return ksns[turn] ?? base;
  };
}

function grouped(rate: number): string {
  return Math.round(rate).toLocaleString('en-US');
}
