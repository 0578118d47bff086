import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** The file or its key is not as this program left it. */
export class SealedFileError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'SealedFileError';
  }
}

/**
 * A file under AES-256-GCM whose key is a file beside it. Both are for their owner alone. It is written whole or not at all, and is on
 * the disk's side before `save` returns.
 */
export class SealedFile<Content> {
  readonly #path: string;
  readonly #key: Buffer;
  content: Content;

  /** @throws SealedFileError when a file may be read by others, or was changed. */
  constructor(path: string, initial: () => Content) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.#key = keyOf(`${path}.key`);
    const sealed = readPrivate(path);
    this.content = sealed === undefined ? initial() : this.#open(sealed);
  }

  save(): void {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    const text = Buffer.concat([cipher.update(JSON.stringify(this.content), 'utf8'), cipher.final()]);
    writePrivate(this.#path, Buffer.concat([nonce, text, cipher.getAuthTag()]));
  }

  #open(sealed: Buffer): Content {
    const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    try {
      const text = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
      return JSON.parse(text.toString('utf8')) as Content;
    } catch (error) {
      throw new SealedFileError(`${this.#path} was changed, or its key belongs to another file`, error);
    }
  }
}

function keyOf(path: string): Buffer {
  const kept = readPrivate(path);
  if (kept?.length === KEY_BYTES) return kept;
  if (kept !== undefined) throw new SealedFileError(`${path} is not a key`);
  const key = randomBytes(KEY_BYTES);
  writePrivate(path, key);
  return key;
}

function readPrivate(path: string): Buffer | undefined {
  let mode: number;
  try {
    mode = statSync(path).mode;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw new SealedFileError(`${path} may be read by others; chmod 600 makes it its owner's alone`);
  return readFileSync(path);
}

function writePrivate(path: string, bytes: Buffer): void {
  const draft = `${path}.new`;
  writeFileSync(draft, bytes, { mode: 0o600, flush: true });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}
