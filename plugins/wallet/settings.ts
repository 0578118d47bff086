import type { ChannelSetting, ChannelTest } from '@zhanggui/modules/payments/method.ts';
import { type NotAnswered, silenceOf } from './reply.ts';

/** A value that an account must have. */
export function needed(name: string, zh: string, en: string, kind: ChannelSetting['kind'] = 'text'): ChannelSetting {
  return { name, title: { zh, en }, kind, required: true };
}

/** A value that an account may have. */
export function optional(name: string, zh: string, en: string, kind: ChannelSetting['kind'] = 'text'): ChannelSetting {
  return { ...needed(name, zh, en, kind), required: false };
}

/** A setting with the words that stand below it. */
export function hinted(setting: ChannelSetting, zh: string, en: string): ChannelSetting {
  return { ...setting, hint: { zh, en } };
}

/** What trying an account says of a question without an answer. */
export function failedTest({ failure, cause }: Pick<NotAnswered, 'failure' | 'cause'>): ChannelTest {
  return { outcome: failure, detail: cause.replace('not signed: ', '') };
}

/** The same, of a question that could not be asked. @throws error what is neither silence nor an unusable key. */
export function failedToAsk(error: unknown): ChannelTest {
  return failedTest(silenceOf(error));
}

/** A number that no order of ours has: they are hexadecimal. */
export const NOBODYS_ORDER = 'ZHANGGUITEST';
export const TEST_TIMEOUT_MS = 8_000;
