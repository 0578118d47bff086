import type { TillView } from '@zhanggui/modules/sales/api.ts';
import { expect } from 'vitest';
import type { ApiClient } from '../support/api-client.ts';
import type { CustomerWithCards } from '../support/customer.ts';
import { Auditor } from './auditor.ts';
import { bookWords } from './book-words.ts';
import { cardWords } from './card-words.ts';
import { outsideWords } from './outside-words.ts';
import type { Flow, Step } from './parse-flows.ts';
import { shopWords } from './shop-words.ts';
import type { Play, Stage } from './stage.ts';

const WORDS: Readonly<Record<string, Play>> = { ...shopWords, ...cardWords, ...outsideWords, ...bookWords };

/**
 * Plays a table line by line in a quiet shop, brings everything to rest, and lets the auditor compare the outside's books
 * with the ledger.
 * @throws Error that names the line which did not hold.
 */
export async function playFlow(client: ApiClient, customer: CustomerWithCards, flow: Flow): Promise<void> {
  await quieten(client, customer);
  const stage: Stage = {
    client,
    customer,
    auditor: await Auditor.begin(client, customer),
    shifts: new Map(),
    sales: new Map(),
    payments: new Map(),
    refunds: new Map(),
    batches: new Map(),
  };
  for (const step of flow.steps) await playStep(stage, step);
  expect(await stage.auditor.findings(), 'what the auditor found').toEqual([]);
}

async function playStep(stage: Stage, step: Step): Promise<void> {
  const play = WORDS[step.word];
  if (play === undefined) throw new Error(`${step.place}: nobody knows the word "${step.word}"`);
  try {
    await play(stage, step);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`${step.place}: ${step.text}\n${message}`, { cause: error });
  }
}

/** No faults, lines up, phones as they come, no shift open: what an earlier table left behind is put away. */
async function quieten(client: ApiClient, customer: CustomerWithCards): Promise<void> {
  await customer.clearFaults();
  await customer.setBankLine(true);
  await customer.resetPhones();
  const { tills } = await client.send<{ tills: TillView[] }>('GET', '/tills');
  for (const { openShift } of tills) {
    if (openShift === null) continue;
    const body = { countedMinor: openShift.expectedCashMinor };
    await client.send('POST', `/shifts/${openShift.id}/close`, body);
  }
}
