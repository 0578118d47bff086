import { concatBytes, type Rng } from '@zhanggui/base';
import { encodeCommand, verifyCommand } from '../apdu.ts';
import { recoverRsa } from '../oda/rsa.ts';
import { EmvRefusal } from '../refusal.ts';
import type { OfflinePinForm } from './dialogue.ts';

const PIN_BLOCK_BYTES = 8;
const FIXED_BYTES = 17;

/**
 * The VERIFY command with a PIN, made inside the PIN pad. Enciphered: 7F, PIN block, the card's challenge and random bytes under the
 * card's key. EMV Book 2 clause 7.2; Book 3 clause 6.5.12.
 * @param pinBlock ISO 9564-1 format 2, eight bytes.
 * @throws EmvRefusal `wrong-length` when block, challenge or key have a length they cannot have; as `recoverRsa`.
 */
export function offlinePinCommand(pinBlock: Uint8Array, pin: OfflinePinForm, rng: Rng): Uint8Array {
  if (pinBlock.length !== PIN_BLOCK_BYTES) throw new EmvRefusal('wrong-length', 'a PIN block has eight bytes');
  if (pin.form === 'plaintext') return encodeCommand(verifyCommand(pinBlock, false));
  const fill = pin.key.modulus.length - FIXED_BYTES;
  if (pin.challenge.length !== 8 || fill < 0)
    throw new EmvRefusal('wrong-length', 'the challenge or the key of the card has an impossible length');
  const plain = concatBytes(Uint8Array.of(0x7f), pinBlock, pin.challenge, rng.bytes(fill));
  return encodeCommand(verifyCommand(recoverRsa(plain, pin.key), true));
}
