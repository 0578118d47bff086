import { classifyPaymentCode, maskPaymentCode, OPTIONAL_PAYMENT_CODE_RULES, PAYMENT_CODE_RULES } from '@zhanggui/qr';

const RULES = [...PAYMENT_CODE_RULES, ...OPTIONAL_PAYMENT_CODE_RULES];
/** Runs of characters that a payment code of any form could be. */
const WORDS = /(?<![0-9A-Za-z])(?:\d{16,24}|fp[0-9A-Za-z]{1,126})(?![0-9A-Za-z])|hQVDUFYwM[0-9A-Za-z+/]*={0,2}/g;

/** The text with every payment code in it masked, wherever a channel repeats it. */
export function maskedCodes(text: string): string {
  return text.replace(WORDS, (word) =>
    classifyPaymentCode(word, RULES).outcome === 'recognized' ? maskPaymentCode(word) : word,
  );
}
