import { type Clock, Refusal } from '@zhanggui/base';
import { expect, test } from 'vitest';
import type { AcquirerDialect, DownloadAnswer } from './dialect.ts';
import type { DownloadStore } from './download-store.ts';
import { Management } from './management.ts';
import type { AcquirerLine, Messenger } from './messenger.ts';
import type { SignOn } from './sign-on.ts';
import type { SwitchStore } from './store.ts';
import { scaledWaits } from './waits.ts';

const KEY = { acquirerId: 'bank', terminalId: '12345678' };
const clock: Clock = { now: () => 0, sleep: () => Promise.resolve() };

/** A terminal whose host hands out one prefix an answer and always has more; requests can ask for three. */
function endlessDownload() {
  const kept: string[] = [];
  const messages = {
    toDownload(_what: string, _trace: object, cursor: string | null) {
      if (cursor === 'xxx') throw new Refusal('bad-number', 'a request has no room for the number');
      return { message: new Uint8Array(1), mac: false };
    },
    fromDownload: (_what: string, _message: Uint8Array, cursor: string | null): DownloadAnswer => ({
      responseCode: '00',
      terminalId: KEY.terminalId,
      stan: '000001',
      hostTime: null,
      demand: null,
      mac: null,
      items: [],
      next: `${cursor ?? ''}x`,
    }),
  };
  const dialect = {
    management: { downloads: messages },
    meaningOf: () => ({ approved: true, demandsSignOn: false }),
  } as unknown as AcquirerDialect;
  const management = new Management({
    store: {
      terminal: async () => KEY,
      reserveTrace: async () => ({ ...KEY, acceptorId: '1', stan: '000001', batchNumber: '000001' }),
    } as unknown as SwitchStore,
    downloads: { save: async (_key: object, what: string) => kept.push(what) } as unknown as DownloadStore,
    clock,
    messenger: {
      send: async () => ({ kind: 'answer', message: new Uint8Array(1), evidence: [] }),
    } as unknown as Messenger,
    signOn: { ensure: async () => ({ number: 1, batchNumber: '000001' }) } as unknown as SignOn,
    waits: scaledWaits(1),
    waitingAdvices: async () => 0,
  });
  return { management, line: { dialect } as AcquirerLine, kept };
}

test('a list that is longer than requests can ask for fails, and nothing of it is kept', async () => {
  const { management, line, kept } = endlessDownload();
  expect(await management.download(line, KEY, 'bin-list')).toEqual({
    kind: 'failed',
    cause: 'no request can ask for more of the list',
  });
  expect(kept).toEqual([]);
});
