import { readFileSync } from 'node:fs';
import { fromHex } from '@zhanggui/base';

/**
 * A published message by the id of its vector, from the TPDU on; where the source shows neither TPDU nor header, from the
 * type on.
 */
export function published(id: string): Uint8Array {
  const file = new URL('../../../../vectors/cups8583.json', import.meta.url);
  const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: { id: string; inputs: { hex: string } }[] };
  const found = vectors.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no vector ${id}`);
  const bytes = fromHex(found.inputs.hex);
  // One of them has a wrong length in front, so the length itself does not tell that it is there.
  return bytes[0] === 0 ? bytes.subarray(2) : bytes;
}
