/** The port for randomness: cryptographic in production, seeded in simulations. */
export interface Rng {
  bytes(count: number): Uint8Array;
}
