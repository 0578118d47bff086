import { fromHex, toHex } from '@zhanggui/base';
import { expect, it } from 'vitest';
import { transmitT0 } from './t0.ts';

const SELECT = '00A4040005A00000033300';

/** A card that answers what is written beside the beginning of each command, and what it was sent. */
async function over(
  card: Readonly<Record<string, string>>,
  command: string,
): Promise<{ answer: string; sent: string[] }> {
  const sent: string[] = [];
  const transmit = async (bytes: Uint8Array): Promise<Uint8Array> => {
    sent.push(toHex(bytes));
    return fromHex(card[toHex(bytes)] ?? '6F00');
  };
  return { answer: toHex(await transmitT0(transmit, fromHex(command))), sent };
}

it.each([
  ['an answer that waits', SELECT, { '00A4040005A000000333': '6103', '00C0000003': '6F01009000' }, '6F01009000'],
  [
    'an answer in two pieces',
    SELECT,
    { '00A4040005A000000333': '6101', '00C0000001': '6F6102', '00C0000002': '01009000' },
    '6F01009000',
  ],
  ['a length that the card names', '00B2010C00', { '00B2010C00': '6C02', '00B2010C02': '70009000' }, '70009000'],
  [
    'a blocked application that names itself',
    SELECT,
    { '00A4040005A000000333': '6283', '00C0000000': '6C03', '00C0000003': '6F01009000' },
    '6F01006283',
  ],
  ['a warning with nothing behind it', SELECT, { '00A4040005A000000333': '6283' }, '6283'],
  [
    'a wrong PIN, whose command expects no data',
    '0020008008241234FFFFFFFFFF',
    { '0020008008241234FFFFFFFFFF': '63C2' },
    '63C2',
  ],
])('%s', async (_, command, card, answer) => {
  const talk = await over(card, command);
  expect(talk.answer).toBe(answer);
  expect(talk.sent).toHaveLength(Object.keys(card).length + (answer === '6283' ? 1 : 0));
});

it('a card that never ends is given up', async () => {
  const { sent } = await over({ '00A4040005A000000333': '6101', '00C0000001': 'AA6101' }, SELECT);
  expect(sent).toHaveLength(33);
});
