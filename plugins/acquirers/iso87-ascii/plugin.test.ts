import { dialectCases } from '@zhanggui/modules/switch/dialect-cases.ts';
import { test } from 'vitest';
import { iso87Ascii } from './plugin.ts';

const KINDS = [
  'sale',
  'void',
  'refund',
  'pre-authorization',
  'pre-authorization-void',
  'completion',
  'completion-advice',
  'completion-void',
  'balance-inquiry',
  'offline-sale',
  'offline-adjustment',
  'script-result',
] as const;
const REVERSIBLE = [
  'sale',
  'void',
  'pre-authorization',
  'pre-authorization-void',
  'completion',
  'completion-void',
] as const;

for (const settings of [{}, { bytes: 'binary', length: 'ascii-4', reversal: 'advice' }] as Record<string, string>[])
  test.each(dialectCases)(`with ${JSON.stringify(settings)} $title`, ({ run }) => {
    run({ dialect: iso87Ascii.create(settings), kinds: KINDS, reversible: REVERSIBLE });
  });
