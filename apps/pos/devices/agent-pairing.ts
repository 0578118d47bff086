import { concatBytes, equalBytes, fromBase64, toBase64, toHex, utf8Encode } from '@zhanggui/base';

/** WebCrypto's key. */
type Key = Awaited<ReturnType<typeof crypto.subtle.deriveKey>>;

/** What the till keeps of a pairing. The key signs and cannot be read, neither by scripts nor in the browser's storage. */
export interface AgentPairing {
  readonly origin: string;
  readonly deviceId: string;
  readonly key: Key;
}

/** Who pairs with whom. */
interface PairingWish {
  /** The agent: `http://127.0.0.1:5120`. */
  readonly origin: string;
  /** Where the till's page comes from. */
  readonly tillOrigin: string;
  /** Ten digits. */
  readonly code: string;
  /** By which the agent lists the till. */
  readonly name: string;
}

/** Why a till and an agent are not paired. `proof-wrong`: it is not the agent that showed the code. */
export type PairingRefusal = 'code-wrong' | 'no-code' | 'refused' | 'silent' | 'proof-wrong';

const ITERATIONS = 600_000;
const subtle = (): typeof crypto.subtle => crypto.subtle;

/**
 * Pairs with the agent at `origin` by the code that it shows. Both agree on a secret by ECDH (P-256); the code, stretched by
 * PBKDF2, and the secret give by HKDF-SHA-256 a key that proves to each side that the other knows the code, and the key that
 * signs from then on. Neither code nor secret is sent.
 */
export async function pairWithAgent(
  { origin, tillOrigin, code, name }: PairingWish,
  call: typeof fetch = fetch.bind(globalThis),
): Promise<AgentPairing | PairingRefusal> {
  const own = await subtle().generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
  const publicKey = toBase64(new Uint8Array(await subtle().exportKey('raw', own.publicKey)));
  const offer = await post<Offer>(call, `${origin}/pairing`, { publicKey });
  if (typeof offer === 'string') return offer;
  const keys = await agree(own.privateKey, publicKey, offer, { tillOrigin, code });
  const proof = toHex(await sign(keys.confirming, utf8Encode(`till\n${keys.transcript}`)));
  const paired = await post<Paired>(call, `${origin}/pairing/${offer.pairingId}`, { proof, name });
  if (typeof paired === 'string') return paired;
  const expected = toHex(await sign(keys.confirming, utf8Encode(`agent\n${keys.transcript}`)));
  if (!equalBytes(utf8Encode(expected), utf8Encode(paired.proof))) return 'proof-wrong';
  return { origin, deviceId: paired.deviceId, key: keys.signing };
}

/** Headers that prove to the agent that a request is this till's, now, and with this content. */
export async function signedHeaders(
  { deviceId, key }: AgentPairing,
  method: string,
  pathAndQuery: string,
  body: string,
): Promise<Record<string, string>> {
  const time = String(Date.now());
  const nonce = toHex(crypto.getRandomValues(new Uint8Array(16)));
  const digest = toHex(new Uint8Array(await subtle().digest('SHA-256', buffer(utf8Encode(body)))));
  const signature = await sign(key, utf8Encode([method, pathAndQuery, time, nonce, digest].join('\n')));
  return {
    'X-Zhanggui-Device': deviceId,
    'X-Zhanggui-Time': time,
    'X-Zhanggui-Nonce': nonce,
    'X-Zhanggui-Signature': toHex(signature),
  };
}

interface Offer {
  readonly pairingId: string;
  readonly publicKey: string;
  readonly salt: string;
}

interface Paired {
  readonly deviceId: string;
  readonly proof: string;
}

async function agree(
  own: Key,
  ownPublic: string,
  offer: Offer,
  { tillOrigin, code }: Pick<PairingWish, 'tillOrigin' | 'code'>,
) {
  const curve = { name: 'ECDH', namedCurve: 'P-256' } as const;
  const theirs = await subtle().importKey('raw', buffer(fromBase64(offer.publicKey)), curve, false, []);
  const shared = new Uint8Array(await subtle().deriveBits({ name: 'ECDH', public: theirs }, own, 256));
  const salt = buffer(fromBase64(offer.salt));
  const typed = await subtle().importKey('raw', buffer(utf8Encode(code)), 'PBKDF2', false, ['deriveBits']);
  const stretch = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ITERATIONS };
  const stretched = new Uint8Array(await subtle().deriveBits(stretch, typed, 256));
  const root = await subtle().importKey('raw', buffer(concatBytes(shared, stretched)), 'HKDF', false, ['deriveKey']);
  const derive = (purpose: string): Promise<Key> =>
    subtle().deriveKey(
      { name: 'HKDF', hash: 'SHA-256', salt, info: buffer(utf8Encode(`zhanggui agent ${purpose}`)) },
      root,
      { name: 'HMAC', hash: 'SHA-256', length: 256 },
      false,
      ['sign'],
    );
  const transcript = [tillOrigin, ownPublic, offer.publicKey, offer.salt].join('\n');
  return { confirming: await derive('confirm'), signing: await derive('sign'), transcript };
}

async function sign(key: Key, content: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await subtle().sign('HMAC', key, buffer(content)));
}

/** WebCrypto wants memory that is nobody else's. */
function buffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes);
}

async function post<Answer>(call: typeof fetch, url: string, body: object): Promise<Answer | PairingRefusal> {
  let response: Response;
  try {
    const headers = { 'Content-Type': 'application/json' };
    response = await call(url, { method: 'POST', headers, body: JSON.stringify(body), credentials: 'omit' });
  } catch {
    return 'silent';
  }
  const answer = (await response.json()) as { readonly code?: string };
  if (response.ok) return answer as Answer;
  return answer.code === 'code-wrong' || answer.code === 'no-code' ? answer.code : 'refused';
}
