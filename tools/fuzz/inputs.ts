/** A stream of random numbers that a seed repeats exactly (Jenkins' small fast generator, 32 bits). */
export class SeededRandom {
  readonly #state: Uint32Array;

  /** @param seed 32 bits; more are cut off. */
  constructor(seed: number) {
    this.#state = Uint32Array.of(0xf1ea5eed, seed, seed, seed);
    for (let round = 0; round < 20; round += 1) this.next();
  }

  /** The next 32 bits, as a non-negative integer. */
  next(): number {
    const state = this.#state;
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const e = (a - ((b << 27) | (b >>> 5))) >>> 0;
    state[0] = b ^ ((c << 17) | (c >>> 15));
    state[1] = c + d;
    state[2] = d + e;
    state[3] = e + (state[0] ?? 0);
    return state[3] ?? 0;
  }

  /** An integer from 0 up to but not including `limit`. */
  below(limit: number): number {
    return Math.floor((this.next() / 2 ** 32) * limit);
  }
}

/** The longest input that a decoder is given, in bytes. */
export const LONGEST_INPUT = 4096;

/** Bytes at which decoders tend to break: limits of signs, of BER lengths, of digits, separators. */
const EDGE_BYTES = Uint8Array.from([
  0x00, 0x01, 0x1f, 0x20, 0x30, 0x39, 0x3d, 0x5f, 0x7f, 0x80, 0x81, 0x82, 0x84, 0x9f, 0xff,
]);

/** One input: plain random bytes, or (two times in three, where samples exist) a sample with a few changes. */
export function makeInput(random: SeededRandom, samples: readonly Uint8Array[]): Uint8Array {
  const sample = samples[random.below(samples.length)];
  if (sample === undefined || random.below(3) === 0) return randomBytes(random);
  let bytes = sample;
  for (let changes = 1 + random.below(4); changes > 0; changes -= 1) bytes = mutate(random, bytes, samples);
  return bytes.subarray(0, LONGEST_INPUT);
}

function randomBytes(random: SeededRandom): Uint8Array {
  const length = random.below(2 ** (1 + random.below(12)) + 1);
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 4) {
    const bits = random.next();
    bytes[at] = bits;
    bytes[at + 1] = bits >>> 8;
    bytes[at + 2] = bits >>> 16;
    bytes[at + 3] = bits >>> 24;
  }
  return bytes;
}

function mutate(random: SeededRandom, bytes: Uint8Array, samples: readonly Uint8Array[]): Uint8Array {
  const at = random.below(bytes.length + 1);
  const span = 1 + random.below(16);
  switch (random.below(8)) {
    case 0:
      return replaced(bytes, at, (bytes[at] ?? 0) ^ (1 << random.below(8)));
    case 1:
      return replaced(bytes, at, random.below(256));
    case 2:
      return replaced(bytes, at, EDGE_BYTES[random.below(EDGE_BYTES.length)] ?? 0);
    case 3:
      return joined(bytes.subarray(0, at), randomBytes(random).subarray(0, span), bytes.subarray(at));
    case 4:
      return joined(bytes.subarray(0, at), bytes.subarray(at + span));
    case 5:
      return joined(bytes.subarray(0, at), bytes.subarray(Math.max(0, at - span)));
    case 6:
      return bytes.subarray(0, at);
    default: {
      const other = samples[random.below(samples.length)] ?? bytes;
      return joined(bytes.subarray(0, at), other.subarray(random.below(other.length + 1)));
    }
  }
}

function replaced(bytes: Uint8Array, at: number, byte: number): Uint8Array {
  const copy = bytes.slice();
  if (at < copy.length) copy[at] = byte;
  return copy;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
