import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { fromHex, toHex } from '@zhanggui/base';
import {
  computeArpc1,
  computeCryptogram,
  computeCvv,
  counterDiversifier,
  deriveCardMasterKey,
  deriveCommonSessionKey,
  importKey,
  importSm2PrivateKey,
  importSm2PublicKey,
  sm2Decrypt,
  sm2Encrypt,
  sm2Sign,
  sm2SignatureFromDer,
  sm2SignatureToDer,
  sm2Verify,
  sm3,
  sm4CbcDecrypt,
  sm4CbcEncrypt,
  sm4GcmSeal,
} from '@zhanggui/paycrypto';

/** What the npm package `sm-crypto` exports, as far as it is measured; it has no types. */
interface Peer {
  readonly sm3: (input: readonly number[]) => string;
  readonly sm4: Readonly<
    Record<'encrypt' | 'decrypt', (data: readonly number[], key: string, options: object) => number[]>
  >;
  readonly sm2: {
    doSignature(message: readonly number[], privateKey: string, options: object): string;
    doVerifySignature(message: readonly number[], signature: string, publicKey: string, options: object): boolean;
    doEncrypt(message: readonly number[], publicKey: string, mode: number): string;
    doDecrypt(ciphertext: string, privateKey: string, mode: number, options: object): number[];
  };
}

interface Row {
  readonly work: string;
  readonly ours: () => unknown;
  readonly peer?: () => unknown;
}

const WARM_UP_MS = 150;
const ROUND_MS = 200;
const ROUNDS = 5;
const HEX = '0123456789ABCDEFFEDCBA9876543210';
const PRIVATE = '3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8';

/** SM2, SM3, SM4 and EMV cryptograms per second on one core, warm; the best of five rounds, ours and the peer's in turn. */
export async function run(): Promise<string> {
  const peer = createRequire(import.meta.url)('sm-crypto') as Peer;
  return [
    '| work | ours, per second | npm `sm-crypto` 0.5.8 | ratio |',
    '|---|---:|---:|---:|',
    ...[...symmetricRows(peer), ...sm2Rows(peer), ...emvRows()].map(measure),
    '',
    'What bounds it: SM3 and SM4 run in OpenSSL, long texts at its pace. A CBC call makes a cipher context of its own, some 4 µs, which a',
    'text of 64 bytes does not repay: there the peer, pure JavaScript, is faster. GCM adds GHASH in JavaScript. SM2 runs on the integers of',
    'JavaScript through @noble/curves: nearly all of a signature is one multiplication of the base point with a blinded scalar, and nearly',
    'all of a verification or an encipherment the multiplication of a point that has no table; `prepare` gives a public key one. A cryptogram',
    'with the session key kept is the MAC alone; each key derived anew costs its contexts before it enciphers a block.',
  ].join('\n');
}

function symmetricRows(peer: Peer): readonly Row[] {
  const key = importKey(HEX, { algorithm: 'SM4', usage: 'data' });
  const options = { mode: 'cbc', iv: HEX, padding: 'pkcs#7', output: 'array' };
  return [64, 1024, 16_384].flatMap((length) => {
    const data = new Uint8Array(length).map((_, index) => index * 7);
    const list = [...data];
    const sealed = sm4CbcEncrypt(key, fromHex(HEX), data, 'pkcs7');
    assert.equal(toHex(sm3(data)).toLowerCase(), peer.sm3(list));
    assert.deepEqual([...sealed], peer.sm4.encrypt(list, HEX, options));
    return [
      { work: `SM3, ${length} bytes`, ours: () => sm3(data), peer: () => peer.sm3(list) },
      {
        work: `SM4-CBC encipher, ${length} bytes`,
        ours: () => sm4CbcEncrypt(key, fromHex(HEX), data, 'pkcs7'),
        peer: () => peer.sm4.encrypt(list, HEX, options),
      },
      {
        work: `SM4-CBC decipher, ${length} bytes`,
        ours: () => sm4CbcDecrypt(key, fromHex(HEX), sealed, 'pkcs7'),
        peer: () => peer.sm4.decrypt([...sealed], HEX, options),
      },
      { work: `SM4-GCM seal, ${length} bytes`, ours: () => sm4GcmSeal(key, data, { nonce: sealed.slice(0, 12) }) },
    ];
  });
}

function sm2Rows(peer: Peer): readonly Row[] {
  const key = importSm2PrivateKey(PRIVATE);
  const publicHex = toHex(key.publicKey.toBytes()).toLowerCase();
  const data = new Uint8Array(200).map((_, index) => index * 3);
  const list = [...data];
  const options = { hash: true, der: true, publicKey: publicHex };
  const theirs = peer.sm2.doSignature(list, PRIVATE, options);
  const signature = sm2SignatureFromDer(fromHex(theirs));
  assert.equal(sm2Verify(key.publicKey, data, signature), true);
  const prepared = importSm2PublicKey(key.publicKey.toBytes()).prepare();
  const ciphertext = sm2Encrypt(key.publicKey, data);
  const theirCiphertext = peer.sm2.doEncrypt(list, publicHex, 1);
  assert.deepEqual(sm2Decrypt(key, fromHex(`04${theirCiphertext}`)), data);
  return [
    {
      work: 'SM2 sign, 200 bytes',
      ours: () => sm2SignatureToDer(sm2Sign(key, data)),
      peer: () => peer.sm2.doSignature(list, PRIVATE, options),
    },
    {
      work: 'SM2 verify, 200 bytes',
      ours: () => sm2Verify(key.publicKey, data, signature),
      peer: () => peer.sm2.doVerifySignature(list, theirs, publicHex, options),
    },
    {
      work: 'SM2 verify, 200 bytes, key prepared',
      ours: () => sm2Verify(prepared, data, signature),
      peer: () => peer.sm2.doVerifySignature(list, theirs, publicHex, options),
    },
    {
      work: 'SM2 encipher, 200 bytes',
      ours: () => sm2Encrypt(key.publicKey, data),
      peer: () => peer.sm2.doEncrypt(list, publicHex, 1),
    },
    {
      work: 'SM2 decipher, 200 bytes',
      ours: () => sm2Decrypt(key, ciphertext),
      peer: () => peer.sm2.doDecrypt(theirCiphertext, PRIVATE, 1, { output: 'array' }),
    },
  ];
}

function emvRows(): readonly Row[] {
  const issuer = importKey(HEX, { algorithm: 'TDES', usage: 'emv-issuer-master' });
  const cvk = importKey(HEX, { algorithm: 'TDES', usage: 'cvk' });
  const pan = '6225000000000253';
  const card = deriveCardMasterKey(issuer, { pan }, 'A');
  const diversifier = counterDiversifier(fromHex('001C'));
  const session = deriveCommonSessionKey(card, diversifier);
  const data = fromHex('00000000999900000000000001248000000000012420990600ABCDEF121800001CA00003220000');
  const arqc = computeCryptogram(session, data);
  const freshSession = () => deriveCommonSessionKey(card, diversifier);
  const freshCard = () => deriveCommonSessionKey(deriveCardMasterKey(issuer, { pan }, 'A'), diversifier);
  return [
    { work: 'ARQC, session key kept', ours: () => computeCryptogram(session, data) },
    { work: 'ARQC from the card key', ours: () => computeCryptogram(freshSession(), data) },
    { work: 'ARQC from the issuer key', ours: () => computeCryptogram(freshCard(), data) },
    { work: 'ARPC method 1, session key kept', ours: () => computeArpc1(session, arqc, fromHex('3030')) },
    { work: 'CVV', ours: () => computeCvv(cvk, { pan, expiry: '2912', serviceCode: '201' }) },
  ];
}

/** One line of the table; both sides are warmed up and then take turns, so that neither has the quieter machine. */
function measure({ work, ours, peer }: Row): string {
  warmUp(ours);
  if (peer !== undefined) warmUp(peer);
  let [best, peerBest] = [0, 0];
  for (let round = 0; round < ROUNDS; round += 1) {
    best = Math.max(best, rate(ours, ROUND_MS));
    if (peer !== undefined) peerBest = Math.max(peerBest, rate(peer, ROUND_MS));
  }
  const format = (perSecond: number) => Math.round(perSecond).toLocaleString('en');
  return peer === undefined
    ? `| ${work} | ${format(best)} | – | – |`
    : `| ${work} | ${format(best)} | ${format(peerBest)} | ${(best / peerBest).toFixed(1)} × |`;
}

function warmUp(work: () => unknown): void {
  rate(work, WARM_UP_MS);
}

/** Calls a second over about `durationMs`; the clock is asked once in a while only. */
function rate(work: () => unknown, durationMs: number): number {
  const start = performance.now();
  let calls = 0;
  let batch = 1;
  let elapsedMs = 0;
  while (elapsedMs < durationMs) {
    for (let index = 0; index < batch; index += 1) work();
    calls += batch;
    elapsedMs = performance.now() - start;
    if (elapsedMs < durationMs / 20) batch *= 2;
  }
  return (calls / elapsedMs) * 1000;
}
