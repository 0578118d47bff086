import {
  createECDH,
  createHmac,
  type ECDH,
  hkdfSync,
  pbkdf2,
  randomBytes,
  randomInt,
  timingSafeEqual,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from '@zhanggui/base';
import type { AgentStore, PairedTill } from '../store/agent-store.ts';

/** Digits of a pairing code, how long it is good for, and how often it may be tried. */
const CODE_DIGITS = 10;
const CODE_MS = 10 * 60_000;
const CODE_TRIES = 5;
const ITERATIONS = 600_000;

/** What a till is told when it begins. Base64. */
export interface PairingOffer {
  readonly pairingId: string;
  /** P-256 point, uncompressed. */
  readonly publicKey: string;
  readonly salt: string;
}

export type PairingResult =
  | { readonly kind: 'paired'; readonly deviceId: string; readonly proof: string }
  | { readonly kind: 'code-wrong' }
  /** There is none, it is too old, it was used, or tried too often. */
  | { readonly kind: 'no-code' };

interface Code {
  readonly digits: string;
  readonly until: number;
  triesLeft: number;
}

interface Handshake {
  readonly pairingId: string;
  readonly origin: string;
  readonly own: ECDH;
  readonly theirs: Buffer;
  readonly salt: Buffer;
}

const stretch = promisify(pbkdf2);

/**
 * Pairs tills by a code that is shown on the terminal. ECDH over P-256 gives a secret, PBKDF2 stretches the code, HKDF-SHA-256 makes of
 * both a key that proves the knowledge of the code and a key that signs from then on. Who listens learns nothing; who stands between the
 * two has as many tries as a guesser.
 */
export class Pairing {
  readonly #store: AgentStore;
  readonly #clock: Pick<Clock, 'now'>;
  #code: Code | undefined;
  #handshake: Handshake | undefined;

  constructor(store: AgentStore, clock: Pick<Clock, 'now'>) {
    this.#store = store;
    this.#clock = clock;
  }

  /** A new code, which takes the place of an earlier one. */
  offerCode(): { readonly digits: string; readonly goodForMs: number } {
    const digits = Array.from({ length: CODE_DIGITS }, () => randomInt(10)).join('');
    this.#code = { digits, until: this.#clock.now() + CODE_MS, triesLeft: CODE_TRIES };
    this.#handshake = undefined;
    return { digits, goodForMs: CODE_MS };
  }

  /** A till begins; undefined without a code or when `publicKey` is no point of the curve. */
  begin(origin: string, publicKey: string): PairingOffer | undefined {
    if (this.#goodCode() === undefined) return undefined;
    const own = createECDH('prime256v1');
    own.generateKeys();
    const theirs = Buffer.from(publicKey, 'base64');
    const salt = randomBytes(16);
    const pairingId = randomBytes(12).toString('hex');
    if (sharedSecret(own, theirs) === undefined) return undefined;
    this.#handshake = { pairingId, origin, own, theirs, salt };
    return { pairingId, publicKey: own.getPublicKey('base64'), salt: salt.toString('base64') };
  }

  /** The till proves that it knows the code. A try is counted before the proof is looked at, and each handshake has one. */
  async finish(origin: string, pairingId: string, proof: string, name: string): Promise<PairingResult> {
    const handshake = this.#handshake;
    const code = this.#goodCode();
    if (code === undefined) return { kind: 'no-code' };
    if (handshake?.pairingId !== pairingId || handshake.origin !== origin) return { kind: 'code-wrong' };
    this.#handshake = undefined;
    code.triesLeft -= 1;
    const { confirming, signing, transcript } = await keysOf(handshake, code.digits);
    if (!sameText(proof, hmac(confirming, `till\n${transcript}`))) return { kind: 'code-wrong' };
    if (this.#code !== code) return { kind: 'no-code' };
    this.#code = undefined;
    const deviceId = randomBytes(9).toString('base64url');
    const pairedAt = new Date(this.#clock.now()).toISOString();
    this.#keep({ deviceId, origin, name, key: signing.toString('hex'), pairedAt });
    return { kind: 'paired', deviceId, proof: hmac(confirming, `agent\n${transcript}`) };
  }

  /** A till by the name it was given. */
  till(deviceId: string): PairedTill | undefined {
    return this.#store.content.pairedTills.find((till) => till.deviceId === deviceId);
  }

  /** A till that is paired again has no use for its earlier key. */
  #keep(till: PairedTill): void {
    const others = this.#store.content.pairedTills.filter(
      ({ origin, name }) => origin !== till.origin || name !== till.name,
    );
    this.#store.content.pairedTills = [...others, till];
    this.#store.save();
  }

  #goodCode(): Code | undefined {
    const code = this.#code;
    return code !== undefined && code.triesLeft > 0 && this.#clock.now() < code.until ? code : undefined;
  }
}

async function keysOf({ own, theirs, salt, origin }: Handshake, digits: string) {
  const shared = sharedSecret(own, theirs) ?? Buffer.alloc(0);
  const stretched = await stretch(digits, salt, ITERATIONS, 32, 'sha256');
  const root = Buffer.concat([shared, stretched]);
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', root, salt, `zhanggui agent ${purpose}`, 32));
  const transcript = [origin, theirs.toString('base64'), own.getPublicKey('base64'), salt.toString('base64')].join(
    '\n',
  );
  return { confirming: derive('confirm'), signing: derive('sign'), transcript };
}

/** Undefined when what came is no point of the curve. */
function sharedSecret(own: ECDH, theirs: Buffer): Buffer | undefined {
  try {
    return own.computeSecret(theirs);
  } catch {
    return undefined;
  }
}

/** HMAC-SHA-256 of a text, hexadecimal. */
function hmac(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex').toUpperCase();
}

function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
