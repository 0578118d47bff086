import { fromHex } from '@zhanggui/base';
import { expect, test } from 'vitest';
import { chipProof } from './chip-proof.ts';

test.each([
  ['9F2608ED1D6BA78357FB259F270140950500000480009F36020001', 'ED1D6BA78357FB25', '0000048000'],
  ['9F2608ED1D6BA78357FB259F27018095050000048000', null, '0000048000'],
  ['9F2608ED1D6BA78357FB259F270140', 'ED1D6BA78357FB25', null],
  ['', null, null],
])('of %s a slip prints the certificate %s and the results %s', (field55, certificate, verificationResults) => {
  expect(chipProof(fromHex(field55))).toEqual({ certificate, verificationResults });
});

test('without chip data, or with some that cannot be read, nothing is printed', () => {
  expect([null, fromHex('9F2608ED1D'), fromHex('950100950100')].map(chipProof)).toEqual([null, null, null]);
});
