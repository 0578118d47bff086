import { equalBytes } from '@zhanggui/base';
import type { CommandApdu } from '@zhanggui/emv';
import { CryptoRefusal, decodePinBlock } from '@zhanggui/paycrypto';
import type { Answer, ChipCard } from './chip-card.ts';
import type { RunningApplication } from './running-application.ts';
import { decipher } from './signing.ts';

const PLAINTEXT = 0x80;
const ENCIPHERED = 0x88;

/** VERIFY of a plaintext or an enciphered PIN, tries counted. EMV Book 3 clause 6.5.12; Book 2 clause 7.2. */
export function verifyPin(chip: ChipCard, application: RunningApplication, { p2, data }: CommandApdu): Answer {
  if (!application.started || data === undefined) return { sw: 0x6985 };
  if (chip.state.pinTriesLeft === 0) return { sw: 0x6983 };
  const block = p2 === PLAINTEXT ? data : p2 === ENCIPHERED ? decipheredBlock(chip, application, data) : undefined;
  if (p2 !== PLAINTEXT && p2 !== ENCIPHERED) return { sw: 0x6a86 };
  if (block === undefined || block.length !== 8) return { sw: 0x6984 };
  chip.pinVerified = pinIn(block) === chip.card.pin;
  chip.pinFailed = !chip.pinVerified;
  chip.state.pinTriesLeft = chip.pinVerified ? chip.card.pinTryLimit : chip.state.pinTriesLeft - 1;
  return { sw: chip.pinVerified ? 0x9000 : 0x63c0 | chip.state.pinTriesLeft };
}

/** 7F, PIN block, the challenge that was given, and random bytes. EMV Book 2 table 25. */
function decipheredBlock(chip: ChipCard, application: RunningApplication, data: Uint8Array): Uint8Array | undefined {
  const { challenge } = chip;
  chip.challenge = undefined;
  const plain = decipher(application.pinKey, data);
  const sound = plain !== undefined && plain[0] === 0x7f && challenge !== undefined;
  return sound && equalBytes(plain.subarray(9, 17), challenge) ? plain.subarray(1, 9) : undefined;
}

/** The PIN, or undefined when the block holds none. */
function pinIn(block: Uint8Array): string | undefined {
  try {
    return decodePinBlock(block, { format: 2 });
  } catch (error) {
    if (error instanceof CryptoRefusal) return undefined;
    throw error;
  }
}
