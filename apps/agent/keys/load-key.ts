import { createECDH, type ECDH, hkdfSync } from 'node:crypto';
import { toHex } from '@zhanggui/base';
import { importKey, revealKeyBytes, unwrapKeyBlock } from '@zhanggui/paycrypto';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { AgentStore } from '../store/agent-store.ts';

const matching = (pattern: string) => Type.String({ pattern: `^${pattern}$` });

/** What the key-loading party answers. */
const Loaded = Type.Object({
  readerId: Type.String({ minLength: 1, maxLength: 40 }),
  /** 8 bytes, hexadecimal. */
  initialKeyId: matching('[0-9A-Fa-f]{16}'),
  /** P-256 point, uncompressed, Base64. */
  publicKey: matching('[0-9A-Za-z+/]{87}='),
  /** TR-31 block of version D (ANSI X9.143), usage B1, under the key that both sides agreed on. */
  keyBlock: Type.String({ maxLength: 400 }),
  /** First three bytes of the key's CMAC over zeros, hexadecimal. */
  checkValue: matching('[0-9A-Fa-f]{6}'),
  /** What the device reads chips by, where the party gives that too. */
  parameters: Type.Optional(Type.Unknown()),
});
type LoadedKey = Static<typeof Loaded>;
const loadedKey = Compile(Loaded);

/** What was loaded. */
interface Loading {
  readonly readerId: string;
  /** Undefined where the party gave none. */
  readonly parameters: unknown;
}

/** No key was loaded. */
export class KeyLoadingError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'KeyLoadingError';
  }
}

/**
 * Takes the device's initial key from a key-loading party, once: both agree on a key by ECDH (P-256) and HKDF-SHA-256, and the initial key
 * comes under it as a key block. What was loaded before is replaced. The party is known by its TLS certificate, or by being this machine.
 * @throws KeyLoadingError when the party does not answer, refuses, gives a key a second time, or one that its check value does not name.
 */
export async function loadKey(store: AgentStore, url: string): Promise<Loading> {
  requireKnownParty(url);
  const own = createECDH('prime256v1');
  const publicKey = own.generateKeys('base64');
  const loaded = await ask(url, { publicKey });
  if (store.content.deviceKey?.initialKeyId === loaded.initialKeyId)
    throw new KeyLoadingError('the party gave the same key again: its transaction keys would come a second time');
  const shared = sharedSecret(own, loaded.publicKey);
  const info = ['zhanggui key loading', publicKey, loaded.publicKey].join('\n');
  const protection = new Uint8Array(hkdfSync('sha256', shared, Buffer.alloc(0), info, 32));
  const initialKey = unwrapped(protection, loaded);
  store.content.deviceKey = {
    readerId: loaded.readerId,
    initialKeyId: loaded.initialKeyId,
    initialKey,
    nextCounter: 1,
  };
  store.save();
  return { readerId: loaded.readerId, parameters: loaded.parameters };
}

/** Whoever stands between could take the place of both, so nobody may stand there. */
function requireKnownParty(url: string): void {
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: '', hostname: '' };
  const isHere = protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  if (protocol !== 'https:' && !isHere)
    throw new KeyLoadingError('keys are loaded over https, or from this machine itself');
}

function sharedSecret(own: ECDH, publicKey: string): Buffer {
  try {
    return own.computeSecret(Buffer.from(publicKey, 'base64'));
  } catch (error) {
    throw new KeyLoadingError('the key-loading party’s point is not on the curve', error);
  }
}

function unwrapped(protection: Uint8Array, { keyBlock, checkValue }: LoadedKey): string {
  try {
    const protecting = importKey(toHex(protection), { algorithm: 'AES', usage: 'key-block-protection' });
    const initialKey = toHex(revealKeyBytes(unwrapKeyBlock(protecting, keyBlock).toKey('dukpt-initial')));
    importKey(initialKey, { algorithm: 'AES', usage: 'dukpt-initial', checkValue });
    return initialKey;
  } catch (error) {
    throw new KeyLoadingError('the key block cannot be opened, or holds another key than its check value names', error);
  }
}

async function ask(url: string, body: object): Promise<LoadedKey> {
  let response: Response;
  try {
    const headers = { 'content-type': 'application/json' };
    response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), redirect: 'error' });
  } catch (error) {
    throw new KeyLoadingError('the key-loading party does not answer', error);
  }
  if (!response.ok) throw new KeyLoadingError(`the key-loading party refuses (${response.status})`);
  const answer: unknown = await response.json().catch(() => undefined);
  if (!loadedKey.Check(answer)) throw new KeyLoadingError('the key-loading party’s answer is none');
  return answer;
}
