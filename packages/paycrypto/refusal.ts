import { Refusal } from '@zhanggui/base';

/**
 * The one error that this package throws: a key, a block or a message was refused. Neither `message` nor any other
 * property holds key bytes, PINs, account numbers or the refused input.
 */
export class CryptoRefusal extends Refusal {}

/** Refuses with `code` and `message` unless `condition` holds. */
export function requireThat(condition: boolean, code: string, message: string): asserts condition {
  if (!condition) throw new CryptoRefusal(code, message);
}

/** Refuses data that is not a whole number of cipher blocks. */
export function requireWholeBlocks(data: Uint8Array, blockSize: number): void {
  if (data.length % blockSize !== 0)
    throw new CryptoRefusal(
      'not-whole-blocks',
      `${data.length} bytes are not a whole number of ${blockSize}-byte blocks`,
    );
}
