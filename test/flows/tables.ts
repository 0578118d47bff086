import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { audit } from '@zhanggui/modules/ledger/proof.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPgDb } from '../../apps/server/db/pg-db.ts';
import type { ApiClient } from '../support/api-client.ts';
import { CustomerWithCards } from '../support/customer.ts';
import { openWorld, type World } from '../support/world.ts';
import { playFlow } from './flow.ts';
import { parseFlows } from './parse-flows.ts';

/** The files of tables by the test file that plays them: each spends its time waiting for the outside, so they share it. */
export const TABLES = {
  till: ['cash.flow', 'faults.flow', 'shift.flow', 'split.flow'],
  cards: ['batch.flow', 'card.flow', 'chip.flow', 'pre-authorization.flow', 'refund.flow'],
  'alipay and e-CNY': ['alipay.flow', 'ecny.flow'],
  'WeChat Pay and UnionPay QR': ['unionpay-qr.flow', 'wechat.flow'],
} as const;

/** Where the tables are played. */
export interface Stage {
  readonly world: World;
  readonly client: ApiClient;
  readonly customer: CustomerWithCards;
}

/**
 * Plays the tables one after another in a world of their own, and then holds its whole book to be intact.
 * @returns the stage, once the tests run
 */
export function playTables(files: readonly string[]): () => Stage {
  let stage: Stage;
  beforeAll(async () => {
    const world = await openWorld();
    const client = await (await world.startServer()).signIn();
    stage = { world, client, customer: new CustomerWithCards(world.simulator) };
  });
  afterAll(() => stage.world.close());

  describe.each(files)('%s', (file) => {
    const flows = parseFlows(file, readFileSync(path.join(import.meta.dirname, file), 'utf8'));
    test.each(flows)('$title', (flow) => playFlow(stage.client, stage.customer, flow));
  });

  test('after all tables the whole book is intact', async () => {
    const db = openPgDb(stage.world.databaseUrl);
    try {
      const report = await audit(db, (bytes) => createHash('sha256').update(bytes).digest());
      expect(report).toMatchObject({
        firstBrokenSequence: null,
        headMatches: true,
        accountsOff: [],
        differenceMinor: 0,
      });
      expect(report.transfers).toBeGreaterThan(files.length);
    } finally {
      await db.close();
    }
  });
  return () => stage;
}
