/** The outside worlds that keep books of their own. */
export const CHANNELS = ['card', 'wechat', 'alipay'] as const;
export type Channel = (typeof CHANNELS)[number];
