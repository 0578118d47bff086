import { createECDH, hkdfSync } from 'node:crypto';
import { toHex } from '@zhanggui/base';
import { importKey, revealKeyBytes, unwrapKeyBlock } from '@zhanggui/paycrypto';
import type { AgentStore } from '../store/agent-store.ts';

/** What the key-loading party answers. */
interface LoadedKey {
  readonly readerId: string;
  /** 8 bytes, hexadecimal. */
  readonly initialKeyId: string;
  /** P-256 point, uncompressed, Base64. */
  readonly publicKey: string;
  /** TR-31 block of version D (ANSI X9.143), usage B1, under the key that both sides agreed on. */
  readonly keyBlock: string;
  /** First three bytes of the key's CMAC over zeros, hexadecimal. */
  readonly checkValue: string;
  /** What the device reads chips by, where the party gives that too. */
  readonly parameters?: unknown;
}

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
 * comes under it as a key block. What was loaded before is replaced.
 * @throws KeyLoadingError when the party does not answer, refuses, or the key is not the one that its check value names.
 */
export async function loadKey(store: AgentStore, url: string): Promise<Loading> {
  const own = createECDH('prime256v1');
  const publicKey = own.generateKeys('base64');
  const loaded = await ask(url, { publicKey });
  const shared = own.computeSecret(Buffer.from(loaded.publicKey, 'base64'));
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
    response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  } catch (error) {
    throw new KeyLoadingError('the key-loading party does not answer', error);
  }
  if (!response.ok) throw new KeyLoadingError(`the key-loading party refuses (${response.status})`);
  return (await response.json()) as LoadedKey;
}
