/** Whether every byte has an odd number of one-bits, as DES keys should (FIPS 46-3; ANSI X3.92). */
export function hasOddParity(bytes: Uint8Array): boolean {
  let even = 0;
  for (const byte of bytes) even |= ones(byte) ^ 1;
  return (even & 1) === 0;
}

/** The same bytes with the lowest bit of each set so that its number of one-bits is odd. */
export function withOddParity(bytes: Uint8Array): Uint8Array {
  const adjusted = new Uint8Array(bytes.length);
  for (let index = 0; index < bytes.length; index += 1) {
    const upper = (bytes[index] ?? 0) & 0xfe;
    adjusted[index] = upper | (ones(upper) ^ 1);
  }
  return adjusted;
}

/** Parity of the one-bits of a byte: 1 when odd. */
function ones(byte: number): number {
  let folded = byte ^ (byte >> 4);
  folded ^= folded >> 2;
  return (folded ^ (folded >> 1)) & 1;
}
