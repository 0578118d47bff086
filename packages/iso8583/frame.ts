import { concatBytes, fromHex, toHex } from '@zhanggui/base';
import { copyBytes } from './copy.ts';
import { refuse } from './error.ts';
import { decodePrefix, encodePrefix, type PrefixSpec } from './prefix.ts';

/**
 * The envelope of a message on a byte stream: a length, then (where the link has them) a TPDU of 5 bytes
 * (ISO 8583 leaves this to the transport; the TPDU is that of the NII networks) and a header of `headerBytes` bytes.
 */
export interface Framing {
  /** `lengthBytes` counts bytes: `binary` and `bcd` use 2 or 4, `ascii` is that many digits. */
  readonly length: 'binary' | 'bcd' | 'ascii';
  readonly lengthBytes: number;
  /** Bytes behind the length that are not counted and are sent as zero. */
  readonly reservedBytes?: number;
  /** Whether the length counts its own bytes as well. */
  readonly lengthIncludesItself?: boolean;
  readonly tpdu: boolean;
  readonly headerBytes: number;
}

/** The parts of a frame. `tpdu` and `header` are hexadecimal text, empty where the framing has none. */
export interface Frame {
  readonly tpdu: string;
  readonly header: string;
  /** MTI, bit maps and fields. */
  readonly message: Uint8Array;
}

const TPDU_BYTES = 5;

/**
 * The length header alone, for a payload of `length` bytes.
 * @throws Iso8583Error `prefix-too-small` when the header cannot say it.
 */
export function encodeLength(framing: Framing, length: number): Uint8Array {
  const own = framing.lengthIncludesItself === true ? framing.lengthBytes + (framing.reservedBytes ?? 0) : 0;
  const prefix = encodePrefix(lengthPrefix(framing), length + own);
  return concatBytes(prefix, new Uint8Array(framing.reservedBytes ?? 0));
}

/**
 * Reads the length header from the front of `bytes`: how many payload bytes it promises and how many it took itself.
 * @throws Iso8583Error `truncated`, `bad-length` or `not-bcd`.
 */
export function decodeLength(framing: Framing, bytes: Uint8Array): { payloadLength: number; bytesRead: number } {
  const { length, bytesRead: prefixBytes } = decodePrefix(lengthPrefix(framing), bytes);
  const bytesRead = prefixBytes + (framing.reservedBytes ?? 0);
  if (bytes.length < bytesRead) refuse('truncated', 'the length header is cut', 'length', prefixBytes);
  const payloadLength = framing.lengthIncludesItself === true ? length - bytesRead : length;
  if (payloadLength < 0) refuse('bad-length', 'the length does not even count itself', 'length', 0);
  return { payloadLength, bytesRead };
}

/**
 * A whole frame, length first.
 * @throws Iso8583Error `bad-tpdu` or `bad-header` when those are not hexadecimal of the framing's size.
 */
export function encodeFrame(framing: Framing, frame: Frame): Uint8Array {
  const tpdu = hexOf(frame.tpdu, framing.tpdu ? TPDU_BYTES : 0, 'tpdu');
  const header = hexOf(frame.header, framing.headerBytes, 'header');
  const length = encodeLength(framing, tpdu.length + header.length + frame.message.length);
  return concatBytes(length, tpdu, header, frame.message);
}

/**
 * Takes a whole frame apart; its length must be exactly that of the bytes.
 * @throws Iso8583Error `truncated`, `trailing-bytes` or a rule of the length header.
 */
export function decodeFrame(framing: Framing, bytes: Uint8Array): Frame {
  const { payloadLength, bytesRead } = decodeLength(framing, bytes);
  const left = bytes.length - bytesRead;
  if (left < payloadLength) refuse('truncated', `${left} of ${payloadLength} bytes are there`, 'length', bytesRead);
  if (left > payloadLength)
    refuse('trailing-bytes', `${left - payloadLength} bytes too many`, 'length', bytesRead + payloadLength);
  return decodePayload(framing, bytes.subarray(bytesRead));
}

/**
 * Takes the payload of a frame apart, the length header being gone already, as `Deframer` gives it.
 * @throws Iso8583Error `truncated`.
 */
export function decodePayload(framing: Framing, payload: Uint8Array): Frame {
  const tpduBytes = framing.tpdu ? TPDU_BYTES : 0;
  const before = tpduBytes + framing.headerBytes;
  if (payload.length < before) refuse('truncated', `${payload.length} of ${before} header bytes`, 'header', 0);
  return {
    tpdu: toHex(payload.subarray(0, tpduBytes)),
    header: toHex(payload.subarray(tpduBytes, before)),
    message: copyBytes(payload, before),
  };
}

/** The TPDU of the answer: the same identifier, with destination and source addresses exchanged. */
export function answerTpdu(tpdu: string): string {
  if (!/^[0-9A-Fa-f]{10}$/.test(tpdu)) refuse('bad-tpdu', 'a TPDU is ten hexadecimal digits', 'tpdu');
  return tpdu.slice(0, 2) + tpdu.slice(6) + tpdu.slice(2, 6);
}

/**
 * Cuts a byte stream into payloads. It holds at most one incomplete frame of `maxBytes`. A longer one, or a broken length,
 * is refused once the frames before it are delivered, and every time after that, because the boundaries are lost.
 */
export class Deframer {
  readonly #framing: Framing;
  readonly #maxBytes: number;
  #held: Uint8Array = new Uint8Array(0);
  #heldBytes = 0;
  #refusal: unknown;

  constructor(framing: Framing, maxBytes = 8192) {
    this.#framing = framing;
    this.#maxBytes = maxBytes;
  }

  /**
   * Takes the next bytes of the stream and returns the payloads that they complete, oldest first.
   * @throws Iso8583Error `frame-too-long` or a rule of the length header.
   */
  push(chunk: Uint8Array): Uint8Array[] {
    if (this.#refusal !== undefined) throw this.#refusal;
    this.#hold(chunk);
    const payloads: Uint8Array[] = [];
    let at = 0;
    for (;;) {
      const payload = this.#firstOrRefusal(at);
      if (this.#refusal !== undefined && payloads.length === 0) throw this.#refusal;
      if (payload === undefined) break;
      payloads.push(copyBytes(payload));
      at += this.#headerBytes() + payload.length;
    }
    this.#held.copyWithin(0, at, this.#heldBytes);
    this.#heldBytes -= at;
    return payloads;
  }

  /** Bytes of an incomplete frame that are being held: not 0 when the peer hung up in the middle of one. */
  get pendingBytes(): number {
    return this.#heldBytes;
  }

  #headerBytes(): number {
    return this.#framing.lengthBytes + (this.#framing.reservedBytes ?? 0);
  }

  #firstOrRefusal(at: number): Uint8Array | undefined {
    try {
      return this.#first(this.#held.subarray(at, this.#heldBytes));
    } catch (refusal) {
      this.#refusal = refusal;
      return undefined;
    }
  }

  #first(bytes: Uint8Array): Uint8Array | undefined {
    if (bytes.length < this.#headerBytes()) return undefined;
    const { payloadLength, bytesRead } = decodeLength(this.#framing, bytes);
    if (payloadLength > this.#maxBytes)
      refuse('frame-too-long', `a frame of ${payloadLength} bytes where ${this.#maxBytes} are allowed`, 'length', 0);
    return bytes.length - bytesRead < payloadLength ? undefined : bytes.subarray(bytesRead, bytesRead + payloadLength);
  }

  #hold(chunk: Uint8Array): void {
    const needed = this.#heldBytes + chunk.length;
    if (needed > this.#held.length) {
      const grown = new Uint8Array(Math.max(needed, Math.min(this.#held.length * 2, this.#maxBytes)));
      grown.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = grown;
    }
    this.#held.set(chunk, this.#heldBytes);
    this.#heldBytes = needed;
  }
}

function lengthPrefix(framing: Framing): PrefixSpec {
  const { length: encoding, lengthBytes } = framing;
  const digits = encoding === 'bcd' ? lengthBytes * 2 : lengthBytes;
  return { encoding, digits, bytes: lengthBytes, max: Number.MAX_SAFE_INTEGER };
}

function hexOf(text: string, size: number, name: 'tpdu' | 'header'): Uint8Array {
  if (text.length !== size * 2 || !/^[0-9A-Fa-f]*$/.test(text))
    refuse(`bad-${name}`, `the ${name} is ${size * 2} hexadecimal digits`, name);
  return fromHex(text);
}
