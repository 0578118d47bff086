import { hkdfSync, randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Fault } from '@zhanggui/base';

const MASTER_KEY_BYTES = 32;
/** How a demo's master keys begin, so that they are known wherever they turn up; 24 random bytes follow. */
const DEMO_MARK = Buffer.from('ZGDEMO01', 'ascii');

/** A master key with the name that its blocks carry. */
export interface MasterKey {
  /** Eight hexadecimal digits that say nothing of the key. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** The master key that keeps what is new, and those under which something may still lie. */
export interface MasterKeys {
  readonly current: MasterKey;
  readonly others: readonly MasterKey[];
  /** The one of the others that will take the current one's place, from the moment in which a change has begun. */
  readonly successor: MasterKey | null;
}

/** Where a vault gets its master keys; asked again when it meets one that it does not know. */
export interface MasterKeySource {
  load(): Promise<MasterKeys>;
}

/** How strict to be: a demo makes its key, production takes none of a demo's and none that others may read. */
export type MasterKeyMode = 'demo' | 'production';

/** Where master keys come from: text comes first, such as an environment variable. */
export interface MasterKeyPlace {
  readonly text?: string | undefined;
  /** The key before `text`, until the change of the master key is done. */
  readonly earlierText?: string | undefined;
  readonly file: string;
  readonly mode: MasterKeyMode;
}

/**
 * The master keys of 64 hexadecimal digits each, from text or from a file; a file that is not there is made with a random
 * key that only its owner may read. Beside the file, `.next` and `.previous` are there while the key is being changed.
 * @throws Fault `master-key-refused` for anything that is not 32 bytes in hexadecimal; in production also for a demo's key
 * and for a file that others than its owner may read.
 */
export function masterKeysAt(place: MasterKeyPlace): MasterKeySource {
  return { load: () => (place.text === undefined ? fromFiles(place) : fromTexts(place.text, place)) };
}

/** A source that always says the same: for tests, and for tools that have the key in hand. */
export function fixedMasterKeys(...keys: readonly [Uint8Array, ...Uint8Array[]]): MasterKeySource {
  const [current, ...others] = keys;
  const known = { current: masterKey(current), others: others.map(masterKey), successor: null };
  return { load: async () => known };
}

/** A master key from its 32 bytes. @throws Fault `master-key-refused`. */
function masterKey(bytes: Uint8Array): MasterKey {
  if (bytes.length !== MASTER_KEY_BYTES) throw refused('length');
  return { id: derivedKey(bytes, 'identifier').subarray(0, 4).toString('hex').toUpperCase(), bytes };
}

/** The 32-byte key of one purpose under a master key (HKDF-SHA-256). */
export function derivedKey(master: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', master, '', `zhanggui vault: ${purpose}`, MASTER_KEY_BYTES));
}

/** Writes a new random master key beside the current one, unless a change that was begun has left one there. */
export async function writeNextMasterKey(file: string, mode: MasterKeyMode): Promise<void> {
  if ((await readKey(`${file}.next`, mode)) === null) await writeKey(`${file}.next`, mode);
}

/** Makes the next master key the current one; the one before stays beside it until it is destroyed. */
export async function promoteNextMasterKey(file: string): Promise<void> {
  if (!(await exists(`${file}.next`))) return;
  // After a stop between the two moves the current file is not there; the next one then takes its place.
  if (await exists(file)) await rename(file, `${file}.previous`);
  await rename(`${file}.next`, file);
}

/** Destroys the master key before the current one. */
export async function destroyPreviousMasterKey(file: string): Promise<void> {
  await rm(`${file}.previous`, { force: true });
}

function fromTexts(text: string, { earlierText, mode }: MasterKeyPlace): Promise<MasterKeys> {
  return Promise.resolve().then(() => ({
    current: parsed(text, mode),
    others: earlierText === undefined ? [] : [parsed(earlierText, mode)],
    successor: null,
  }));
}

async function fromFiles({ file, mode }: MasterKeyPlace): Promise<MasterKeys> {
  const next = await readKey(`${file}.next`, mode);
  const previous = await readKey(`${file}.previous`, mode);
  const others = [next, previous].filter((key) => key !== null);
  const current = await readKey(file, mode);
  if (current !== null) return { current, others, successor: next };
  if (next !== null) return { current: next, others: previous === null ? [] : [previous], successor: null };
  if (previous !== null) throw refused('missing');
  return { current: await writeKey(file, mode), others: [], successor: null };
}

/** Null when there is no such file. */
async function readKey(file: string, mode: MasterKeyMode): Promise<MasterKey | null> {
  try {
    const text = await readFile(file, 'utf8');
    if (mode === 'production' && ((await stat(file)).mode & 0o077) !== 0) throw refused('readable-by-others');
    return parsed(text, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function writeKey(file: string, mode: MasterKeyMode): Promise<MasterKey> {
  const random = randomBytes(MASTER_KEY_BYTES);
  const bytes = mode === 'demo' ? Buffer.concat([DEMO_MARK, random.subarray(DEMO_MARK.length)]) : random;
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(`${bytes.toString('hex')}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(file, 0o600);
  return masterKey(bytes);
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function parsed(text: string, mode: MasterKeyMode): MasterKey {
  const trimmed = text.trim();
  if (!/^[0-9A-Fa-f]{64}$/.test(trimmed)) throw refused('malformed');
  const bytes = Buffer.from(trimmed, 'hex');
  if (mode === 'production' && bytes.subarray(0, DEMO_MARK.length).equals(DEMO_MARK)) throw refused('demo');
  return masterKey(Uint8Array.from(bytes));
}

function refused(reason: string): Fault {
  return new Fault('master-key-refused', { params: { reason } });
}
