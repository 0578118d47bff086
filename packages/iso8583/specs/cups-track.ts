import { fromHex, toHex } from '@zhanggui/base';
import { refuse } from '../error.ts';

const BLOCK_DIGITS = 16;

/**
 * The eight bytes of a track (field 35 or 36) that a terminal encrypts under its track key: the sixteen nibbles that end
 * before the last one, with the separator as D.
 * @throws Iso8583Error `bad-length` for a track that does not hold them.
 */
export function trackCipherBlock(track: string): Uint8Array {
  return fromHex(nibblesOf(track).slice(-BLOCK_DIGITS - 1, -1));
}

/**
 * The track with `cipher` in the place of its encrypted block; the rest stays clear. The same call with the clear block
 * takes the encryption off again.
 * @throws Iso8583Error `bad-length` when the track or the block is of another size.
 */
export function withTrackCipherBlock(track: string, cipher: Uint8Array): string {
  const nibbles = nibblesOf(track);
  if (cipher.length !== BLOCK_DIGITS / 2) refuse('bad-length', 'the encrypted block is eight bytes', '35');
  return nibbles.slice(0, -BLOCK_DIGITS - 1) + toHex(cipher) + nibbles.slice(-1);
}

function nibblesOf(track: string): string {
  const nibbles = track.replaceAll('=', 'D');
  if (nibbles.length < BLOCK_DIGITS + 1 || !/^[0-9A-F]+$/.test(nibbles))
    refuse('bad-length', 'the track has no block to encrypt', '35');
  return nibbles;
}
