/**
 * A copy of part of `bytes`, always a plain byte array: `slice` of a Node Buffer, which is a byte array too, would give a
 * view of memory that the socket writes to again.
 */
export function copyBytes(bytes: Uint8Array, from = 0, to = bytes.length): Uint8Array {
  return bytes.constructor === Uint8Array ? bytes.slice(from, to) : new Uint8Array(bytes.subarray(from, to));
}
