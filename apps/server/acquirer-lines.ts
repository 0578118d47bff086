import { type Clock, Fault } from '@zhanggui/base';
import type { KeyVault } from '@zhanggui/modules/keys/vault.ts';
import { acquirerIds, acquirersOf } from '@zhanggui/modules/switch/acquirers.ts';
import type { Exchange, LateAnswer } from '@zhanggui/modules/switch/api.ts';
import { openSwitch } from '@zhanggui/modules/switch/node/open-switch.ts';
import { createSwitchStores, type SwitchStores } from '@zhanggui/modules/switch/stores.ts';
import { acquirers } from '@zhanggui/plugins/registry.ts';
import type { FastifyBaseLogger } from 'fastify';
import type { PgDb } from './db/pg-db.ts';

/** What the acquirers' lines are made from. */
export interface AcquirerLinesGround {
  readonly db: PgDb;
  readonly vault: KeyVault;
  readonly clock: Clock;
  readonly logger: FastifyBaseLogger;
  onLateAnswer(answer: LateAnswer): Promise<void>;
  /** Begins to send each reversal that a till owes its acquirer; resolves with what is under way. */
  beginReversals(tillId: string): Promise<readonly Promise<void>[]>;
  /** What the device at a till says of itself at a sign-on; null where it is not known. */
  serialOf(tillId: string): Promise<string | null>;
  /** Shortens the waits for hosts and the delays between two tries, for tests. */
  readonly timeScale: number;
}

/** The switch on the server's database, with the dialects of the registry. */
export interface AcquirerLines {
  readonly exchange: Exchange;
  readonly stores: SwitchStores;
  /** Connects the acquirers that are configured now. @throws Fault `channel-not-configured`. */
  connect(): Promise<void>;
  /** Whether the line to each configured acquirer stands. */
  state(): Promise<Readonly<Record<string, boolean>>>;
  close(): Promise<void>;
}

/** Puts the switch together; no line is made before `connect`. */
export function openAcquirerLines(ground: AcquirerLinesGround): AcquirerLines {
  const { db, vault, clock, logger, onLateAnswer, beginReversals, serialOf, timeScale } = ground;
  const stores = createSwitchStores(db);
  const opened = openSwitch({
    stores,
    vault,
    clock,
    beginReversals,
    serialOf,
    timeScale,
    onQuarantine: (advice) => logger.warn(advice, 'a message keeps failing at its acquirer'),
    onLateAnswer,
    report: (event) => logger.info(event, 'acquirer line'),
  });
  return {
    exchange: opened.exchange,
    stores,
    async connect() {
      const records = await acquirersOf(db, vault);
      opened.connect(
        records.map(({ id, dialect, settings, link }) => {
          const plugin = acquirers.find((known) => known.id === dialect);
          if (plugin === undefined) throw new Fault('channel-not-configured', { params: { acquirer: id, dialect } });
          return { acquirerId: id, dialect: plugin.create(settings), link };
        }),
      );
      opened.exchange.signOnAll().catch((error: unknown) => logger.warn({ err: error }, 'terminals not signed on yet'));
    },
    async state() {
      return Object.fromEntries((await acquirerIds(db)).map((id) => [id, opened.connected(id)]));
    },
    close: () => opened.close(),
  };
}
