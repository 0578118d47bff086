import { expect, test } from 'vitest';
import type { DownloadItem } from './dialect.ts';
import { terminalParametersOf } from './terminal-parameters.ts';

const told = (parameters: Record<string, string>): DownloadItem[] =>
  Object.entries(parameters).map(([name, value]) => ({ kind: 'terminal-parameter', name, value }));

const NOTHING = {
  answerTimeoutMs: null,
  tipPercent: null,
  signsOffAfterClose: false,
  merchantName: null,
  offlineCount: null,
};

test('what a terminal is told to keep to is read from its download', () => {
  const parameters = told({
    answerTimeoutS: '45',
    tips: '1',
    tipPercent: '15',
    automaticSignOff: '1',
    merchantName: '示范小店',
    offlineCount: '03',
    dialRetries: '3',
  });
  expect(terminalParametersOf(parameters)).toEqual({
    answerTimeoutMs: 45_000,
    tipPercent: 15,
    signsOffAfterClose: true,
    merchantName: '示范小店',
    offlineCount: 3,
  });
});

test('a terminal that was told nothing, or nothing that can be read, is told nothing', () => {
  expect(terminalParametersOf([])).toEqual(NOTHING);
  const unreadable = { answerTimeoutS: '6O', tips: '1', tipPercent: '', automaticSignOff: '0', merchantName: ' ' };
  expect(terminalParametersOf(told({ ...unreadable, offlineCount: '-1' }))).toEqual(NOTHING);
});

test.each([
  ['00', 10_000],
  ['09', 10_000],
  ['10', 10_000],
  ['60', 60_000],
  ['99', 60_000],
])('a wait of %s seconds is kept within bounds', (answerTimeoutS, answerTimeoutMs) => {
  expect(terminalParametersOf(told({ answerTimeoutS }))).toMatchObject({ answerTimeoutMs });
});

test('a terminal that may take no tips takes none, whatever share is told beside it', () => {
  expect(terminalParametersOf(told({ tips: '0', tipPercent: '15' }))).toMatchObject({ tipPercent: 0 });
  expect(terminalParametersOf(told({ tipPercent: '15' }))).toMatchObject({ tipPercent: 15 });
});
