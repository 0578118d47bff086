import type { Decline } from '@zhanggui/modules/payments/method.ts';

/** What a response code's meaning says as a decline. */
export function declineOf({ message, advice }: Omit<Decline, 'code'>, code: string): Decline {
  return { code, message, advice };
}

/** Nothing left this machine. */
export const notSent: Decline = {
  code: 'not-sent',
  message: { zh: '暂时连不上银行，没有扣款，请重试', en: 'The bank cannot be reached; nothing was charged. Try again' },
  advice: 'retry',
};

/** The issuer approved, and the chip did not agree: what was approved is undone. */
export const chipRefused: Decline = {
  code: 'chip-refused',
  message: {
    zh: '芯片卡拒绝了交易，银行的批准正在撤销',
    en: "The chip refused; the bank's approval is being undone",
  },
  advice: 'other-method',
};

/** The issuer approved, and the card was gone before the chip could agree: what was approved is undone. */
export const cardRemoved: Decline = {
  code: 'card-removed',
  message: {
    zh: '卡片拔出过早，银行的批准正在撤销，请重新插卡',
    en: "The card was taken out too early; the bank's approval is being undone. Insert it again",
  },
  advice: 'retry',
};

/** The bank could not be reached, and the chip wanted to ask it. */
export const declinedAlone: Decline = {
  code: 'chip-declined-offline',
  message: {
    zh: '连不上银行，芯片卡不同意脱机付款，没有扣款',
    en: 'The bank cannot be reached and the chip does not pay without it; nothing was charged',
  },
  advice: 'other-method',
};

/** The chip would pay alone, and the shop's limits for that do not allow it. */
export const overOfflineLimit: Decline = {
  code: 'offline-limit',
  message: {
    zh: '超过脱机付款限额，没有扣款，请换一种付款方式',
    en: 'Over the limit for payments without the bank; nothing was charged. Pay another way',
  },
  advice: 'other-method',
};

/** The bank did not answer to a void, which was undone: the payment stands. */
export const voidUndone: Decline = {
  code: 'void-undone',
  message: {
    zh: '银行没有答复撤销请求，撤销已取消，原付款仍有效，请重试',
    en: 'The bank did not answer; the void was undone and the payment stands. Try again',
  },
  advice: 'retry',
};

/** The issuer did not tell what the account holds. */
export const noBalance: Decline = {
  code: 'no-balance',
  message: { zh: '发卡行没有答复余额，请重试', en: 'The issuer did not tell the balance; try again' },
  advice: 'retry',
};
