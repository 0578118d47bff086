import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Fault } from '@zhanggui/base';

const MASTER_KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * The vault's master key from 64 hexadecimal digits (`text`, such as an environment variable) or else from `file`; a file
 * that is not there is made with a random key that only its owner may read.
 * @throws Fault `master-key-refused` for anything that is not 32 bytes in hexadecimal.
 */
export async function loadMasterKey(source: { text?: string | undefined; file: string }): Promise<Uint8Array> {
  if (source.text !== undefined) return parseMasterKey(source.text);
  try {
    return parseMasterKey(await readFile(source.file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const key = randomBytes(MASTER_KEY_BYTES);
  await mkdir(dirname(source.file), { recursive: true });
  await writeFile(source.file, `${key.toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  await chmod(source.file, 0o600);
  return key;
}

/** AES-256-GCM under a key that is derived from the master key for one purpose. */
export class Sealer {
  readonly #master: Uint8Array;
  readonly #derived = new Map<string, Buffer>();

  constructor(master: Uint8Array) {
    if (master.length !== MASTER_KEY_BYTES) throw new Fault('master-key-refused');
    this.#master = master;
  }

  /** Hexadecimal of nonce, ciphertext and tag; `context` must be the same when it is opened. */
  seal(purpose: string, context: string, clear: Uint8Array): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.keyFor(purpose), nonce);
    cipher.setAAD(Buffer.from(context, 'utf8'));
    const sealed = Buffer.concat([nonce, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
    return sealed.toString('hex');
  }

  /** Null when it was changed or sealed under another master key, purpose or context. */
  open(purpose: string, context: string, sealed: string): Uint8Array | null {
    const bytes = Buffer.from(sealed, 'hex');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
    const decipher = createDecipheriv('aes-256-gcm', this.keyFor(purpose), bytes.subarray(0, NONCE_BYTES));
    decipher.setAAD(Buffer.from(context, 'utf8'));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const body = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
    try {
      return Uint8Array.from(Buffer.concat([decipher.update(body), decipher.final()]));
    } catch {
      // The tag is wrong: the one thing that `final` can refuse.
      return null;
    }
  }

  /** The 32-byte key of one purpose (HKDF-SHA-256). */
  keyFor(purpose: string): Buffer {
    const known = this.#derived.get(purpose);
    if (known !== undefined) return known;
    const derived = Buffer.from(hkdfSync('sha256', this.#master, '', `zhanggui vault: ${purpose}`, MASTER_KEY_BYTES));
    this.#derived.set(purpose, derived);
    return derived;
  }
}

function parseMasterKey(text: string): Uint8Array {
  const trimmed = text.trim();
  if (!/^[0-9A-Fa-f]{64}$/.test(trimmed)) throw new Fault('master-key-refused');
  return Uint8Array.from(Buffer.from(trimmed, 'hex'));
}
