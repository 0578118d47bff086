import type { Rng } from '@zhanggui/base';
import { offlinePinCommand } from '@zhanggui/emv';
import { encipherPinBlock, encodePinBlock } from '@zhanggui/paycrypto';
import type { NoPin, PinPad, PinQuestion } from './ports.ts';

/** Where digits are typed: 4 to 12 of them, or why there are none. It stops with `cancelled` when `until` settles. */
export type PinEntry = (question: PinQuestion, until: Promise<unknown>) => Promise<string | NoPin>;

/**
 * A PIN pad in software, over a keypad or a page: digits come in, only blocks go out. ISO 9564-1; EMV Book 2 clause 7.2.
 * @param rng fills PIN blocks of format 4 and enciphered offline PINs.
 */
export function pinPadOf(entry: PinEntry, rng: Rng): PinPad {
  return {
    async online(ask, until) {
      const { pan, key, format, ...question } = ask;
      const typed = await entry(question, until);
      if (isNoPin(typed)) return typed;
      return { pinBlock: encipherPinBlock(key, typed, { format, pan, rng }) };
    },
    async offline(ask, until) {
      const { form, ...question } = ask;
      const typed = await entry(question, until);
      if (isNoPin(typed)) return typed;
      return { command: offlinePinCommand(encodePinBlock(typed, { format: 2 }), form, rng) };
    },
  };
}

function isNoPin(typed: string): typed is NoPin {
  return typed === 'bypassed' || typed === 'cancelled' || typed === 'missing';
}
