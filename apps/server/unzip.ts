import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import type { ArchivedFile } from '@zhanggui/modules/payments/method.ts';

const inflate = promisify(inflateRaw);

/** Sizes and marks of the records of a zip file (PKWARE APPNOTE 4.3). */
const END = { mark: 0x06054b50, bytes: 22, longestComment: 0xffff };
const ENTRY = { mark: 0x02014b50, bytes: 46 };
const LOCAL = { mark: 0x04034b50, bytes: 30 };
const ENCRYPTED = 0x0001;
const NAME_IN_UTF8 = 0x0800;
const STORED = 0;
const DEFLATED = 8;
const MOST_FILES = 1_000;

/** One record of the central directory. */
interface Entry {
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly name: Uint8Array;
  readonly offset: number;
}

/** The files of a zip file; null when it is damaged, encrypted, of a kind that is not read, or larger than `mostBytes`. */
export async function unzip(bytes: Uint8Array, mostBytes: number): Promise<readonly ArchivedFile[] | null> {
  const archive = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = directoryOf(archive);
  if (entries === null || entries.reduce((sum, entry) => sum + entry.bytes, 0) > mostBytes) return null;
  const files: ArchivedFile[] = [];
  for (const entry of entries) {
    const content = await contentOf(archive, entry);
    const name = (entry.flags & NAME_IN_UTF8) === 0 ? gbkText(entry.name) : utf8Text(entry.name);
    if (content === null || name === null) return null;
    files.push({ name, content });
  }
  return files;
}

/** Text in GBK, which GB 18030 contains; null when the bytes are none. */
export function gbkText(bytes: Uint8Array): string | null {
  return textIn('gb18030', bytes);
}

function utf8Text(bytes: Uint8Array): string | null {
  return textIn('utf-8', bytes);
}

function textIn(encoding: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** The central directory, found from the end of the file, for only its sizes are always true. */
function directoryOf(archive: Buffer): readonly Entry[] | null {
  const end = endOf(archive);
  if (end === null) return null;
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  const entries: Entry[] = [];
  for (let index = 0; index < Math.min(count, MOST_FILES + 1); index += 1) {
    if (at + ENTRY.bytes > end || archive.readUInt32LE(at) !== ENTRY.mark) return null;
    const nameBytes = archive.readUInt16LE(at + 28);
    entries.push({
      flags: archive.readUInt16LE(at + 8),
      method: archive.readUInt16LE(at + 10),
      crc: archive.readUInt32LE(at + 16),
      packedBytes: archive.readUInt32LE(at + 20),
      bytes: archive.readUInt32LE(at + 24),
      name: archive.subarray(at + ENTRY.bytes, at + ENTRY.bytes + nameBytes),
      offset: archive.readUInt32LE(at + 42),
    });
    at += ENTRY.bytes + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return count > MOST_FILES ? null : entries;
}

function endOf(archive: Buffer): number | null {
  const first = Math.max(0, archive.length - END.bytes - END.longestComment);
  for (let at = archive.length - END.bytes; at >= first; at -= 1) if (archive.readUInt32LE(at) === END.mark) return at;
  return null;
}

async function contentOf(archive: Buffer, entry: Entry): Promise<Uint8Array | null> {
  const { offset, packedBytes, method, flags } = entry;
  if ((flags & ENCRYPTED) !== 0 || (method !== STORED && method !== DEFLATED)) return null;
  if (offset + LOCAL.bytes > archive.length || archive.readUInt32LE(offset) !== LOCAL.mark) return null;
  const start = offset + LOCAL.bytes + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
  const packed = archive.subarray(start, start + packedBytes);
  if (packed.length !== packedBytes) return null;
  const content = method === STORED ? packed : await inflated(packed, entry.bytes);
  return content !== null && content.length === entry.bytes && crc32(content) === entry.crc ? content : null;
}

/** Damaged data, or more than the directory says, is no content. */
async function inflated(packed: Uint8Array, bytes: number): Promise<Uint8Array | null> {
  if (bytes === 0) return new Uint8Array();
  return inflate(packed, { maxOutputLength: bytes }).catch(() => null);
}
