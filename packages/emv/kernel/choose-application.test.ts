import { fromHex, toHex } from '@zhanggui/base';
import { expect, test } from 'vitest';
import { AID, type Played, RECORD, resultOf, run, type Script, template, terminal, tlv } from './testing.ts';

const SECOND = 'A000000333010102';
const RECORD_ENTRIES = tlv(
  ['61', tlv(['4F', AID], ['87', '02'])],
  ['61', tlv(['4F', SECOND], ['50', '435245444954'], ['87', '01'])],
);
const twoApplications: Script['card'] = {
  '00A404000E': `${tlv(['6F', tlv(['84', '315041592E5359532E4444463031'], ['A5', tlv(['88', '01'])])])}9000`,
  '00B2010C00': [`${tlv(['70', RECORD_ENTRIES])}9000`, template('70', RECORD)],
  '00B2020C00': '6A83',
};

test('the cardholder chooses among applications by priority, and one that fails gives way after a confirmation', () => {
  const both = terminal().applications.flatMap((application) => [
    application,
    { ...application, aid: fromHex(SECOND) },
  ]);
  const played = run({
    terminal: { settings: { applications: both } },
    more: { ...twoApplications, [`00A4040008${SECOND}`]: '6A82' },
    people: { 'choose-application': { answer: 'chosen', index: 0 }, 'confirm-application': { answer: 'confirmed' } },
  });
  const [choice] = played.asked;
  expect(choice?.ask === 'choose-application' && choice.candidates.map(({ aid }) => toHex(aid))).toEqual([SECOND, AID]);
  expect(played.asked[1]?.ask).toBe('confirm-application');
  expect(toHex(resultOf(played).aid)).toBe(AID);
});

test.each([
  ['choose-application', { answer: 'cancelled' }],
  ['choose-application', { answer: 'chosen', index: 5 }],
] as const)('%s answered with %j', (_, answer) => {
  const both = terminal().applications.flatMap((application) => [
    application,
    { ...application, aid: fromHex(SECOND) },
  ]);
  const cancel = (): Played =>
    run({
      terminal: { settings: { applications: both } },
      more: twoApplications,
      people: { 'choose-application': answer },
    });
  if (answer.answer === 'cancelled')
    expect(cancel().outcome).toMatchObject({ outcome: 'end-application', reason: 'cancelled' });
  else expect(cancel).toThrow(expect.objectContaining({ code: 'kernel-answer' }));
});

test.each([
  ['the card is blocked', { '00A404000E': '6A81' }, { reason: 'card-blocked' }],
  ['the application is blocked', { [`00A4040008${AID}`]: `6F0A8408${AID}6283` }, { reason: 'application-blocked' }],
  ['no application is shared', { [`00A4040008${AID}`]: '6A82' }, { reason: 'no-application' }],
  ['the application does not want to start', { '80A8': '6985' }, { reason: 'no-application' }],
  ['GET PROCESSING OPTIONS fails', { '80A8': '6D00' }, { reason: 'card-error' }],
  ['a record cannot be read', { '00B2010C00': '6A83' }, { reason: 'card-error' }],
  ['a record is no template', { '00B2010C00': '9000' }, { reason: 'card-data-malformed' }],
  ['a record is cut off', { '00B2010C00': '70045A0312AA9000' }, { reason: 'card-data-malformed' }],
  ['a mandatory data object is missing', { '00B2010C00': '70035A01129000' }, { reason: 'card-data-missing' }],
  ['GENERATE AC fails', { '80AE4000': '6985' }, { reason: 'card-error' }],
  ['an answer is no answer', { '80A8': '90' }, { reason: 'card-error', detail: 'apdu-malformed' }],
])('the transaction ends when %s', (_, more, expected) => {
  expect(run({ more }).outcome).toMatchObject({ outcome: 'end-application', ...expected });
});

/** A directory with two applications whose priority indicators are given. */
function directory(first: string, second: string): Script['card'] {
  const entries = tlv(['61', tlv(['4F', AID], ['87', first])], ['61', tlv(['4F', SECOND], ['87', second])]);
  return { ...twoApplications, '00B2010C00': [`${tlv(['70', entries])}9000`, template('70', RECORD)] };
}

test.each([
  ['01', '02', AID],
  ['02', '01', SECOND],
  ['81', '02', SECOND],
  ['81', '82', undefined],
])(
  'a terminal without a choice for the cardholder takes of priorities %s and %s what needs no consent',
  (first, second, aid) => {
    const played = run({
      terminal: { settings: { cardholderSelection: false }, application: { aid: fromHex('A000000333') } },
      more: { ...directory(first, second), [`00A4040008${SECOND}`]: `6F0A8408${SECOND}9000` },
    });
    expect(played.asked).toEqual([]);
    if (aid === undefined) expect(played.outcome).toMatchObject({ reason: 'no-application' });
    else expect(toHex(resultOf(played).aid)).toBe(aid);
  },
);

test.each([
  [{ answer: 'confirmed' }, 'approved-offline'],
  [{ answer: 'refused' }, 'end-application'],
] as const)('an application that wants consent gets the answer %j', (answer, outcome) => {
  const entry = tlv(['61', tlv(['4F', AID], ['87', '81'])]);
  const played = run({
    more: { ...twoApplications, '00B2010C00': [`${tlv(['70', entry])}9000`, template('70', RECORD)] },
    people: { 'confirm-application': answer },
  });
  expect(played.outcome.outcome).toBe(outcome);
});

test('a chip without a shared application may be read by its stripe where the acquirer allows it', () => {
  const played = run({
    terminal: { settings: { stripeWhenNoApplication: true } },
    more: { [`00A4040008${AID}`]: '6A82' },
  });
  expect(played.outcome).toMatchObject({ outcome: 'try-another-interface', interfaces: ['stripe'] });
});
