import type { KeyRequestView, KeyView } from '@zhanggui/modules/keys/api.ts';
import { ApiProblem } from '@zhanggui/ui/api-client.ts';
import type { Tone } from '@zhanggui/ui/chip.tsx';
import type { KeysText, useKeysText } from './texts.ts';

type Translate = ReturnType<typeof useKeysText>;

/** How urgent a key's age is. */
export const DUE_TONES: Readonly<Record<KeyView['due'], Tone>> = { fresh: 'neutral', soon: 'waiting', over: 'failed' };

/** How a request stands. */
export const STATE_TONES: Readonly<Record<KeyRequestView['state'], Tone>> = {
  collecting: 'indigo',
  waiting: 'waiting',
  executing: 'waiting',
  done: 'paid',
  refused: 'neutral',
  expired: 'neutral',
  failed: 'failed',
};

const USAGES: Readonly<Record<string, KeysText>> = {
  'base-derivation': 'usage_base-derivation',
  'key-encryption': 'usage_key-encryption',
  'key-block-protection': 'usage_key-block-protection',
  pin: 'usage_pin',
  mac: 'usage_mac',
  data: 'usage_data',
  hash: 'usage_hash',
};

/** What a key is for; a usage that this page does not know is shown as it is. */
export function usageWords(t: Translate, { level, usage }: Pick<KeyView, 'level' | 'usage'>): string {
  const key = level === 'platform' && usage === 'data' ? 'usage_secrets' : USAGES[usage];
  return key === undefined ? usage : t(key);
}

const PROBLEMS: Readonly<Record<string, KeysText>> = {
  'key-check-value': 'problem_key-check-value',
  'key-not-exportable': 'problem_key-not-exportable',
  'key-refused': 'problem_key-refused',
  'key-missing': 'problem_key-missing',
};

/** What went wrong with a request. */
export function problemWords(t: Translate, problem: string): string {
  const key = PROBLEMS[problem];
  return key === undefined ? problem : t(key);
}

/** What the server said, or that it said nothing. */
export function troubleWords(t: Translate, error: Error): string {
  return error instanceof ApiProblem ? error.title : t('silent');
}
