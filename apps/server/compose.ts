import { randomBytes } from 'node:crypto';
import { type Clock, groupReads, type Rng } from '@zhanggui/base';
import { nodeSecrets } from '@zhanggui/modules/access/node/secrets.ts';
import { accessRoutes } from '@zhanggui/modules/access/routes.ts';
import { catalogRoutes } from '@zhanggui/modules/catalog/routes.ts';
import type { Route } from '@zhanggui/modules/http.ts';
import { insightRoutes } from '@zhanggui/modules/insight/routes.ts';
import { keyRoutes } from '@zhanggui/modules/keys/routes.ts';
import type { KeyVault } from '@zhanggui/modules/keys/vault.ts';
import { ledgerRoutes } from '@zhanggui/modules/ledger/routes.ts';
import { type Contracts, openContracts } from '@zhanggui/modules/merchants/contracts.ts';
import { devicesOfTills, type PlacedDevice } from '@zhanggui/modules/merchants/store.ts';
import { Push } from '@zhanggui/modules/notify/push.ts';
import { billRoutes } from '@zhanggui/modules/payments/bill-routes.ts';
import { channelRoutes } from '@zhanggui/modules/payments/channel-routes.ts';
import { type Milestone, openPayments, type Payments } from '@zhanggui/modules/payments/context.ts';
import { recordLateAnswer } from '@zhanggui/modules/payments/late-answer.ts';
import type { AcceptanceDevice, MethodEnvironment, MethodPlugin } from '@zhanggui/modules/payments/method.ts';
import { notificationRoute } from '@zhanggui/modules/payments/notify.ts';
import { beginReversals } from '@zhanggui/modules/payments/resolve.ts';
import { paymentRoutes } from '@zhanggui/modules/payments/routes.ts';
import { scaledPolicies, scaledPolicy } from '@zhanggui/modules/payments/scaled-policy.ts';
import { cardBalanceRoute } from '@zhanggui/modules/sales/card-balance.ts';
import { linkRoutes } from '@zhanggui/modules/sales/link-routes.ts';
import { preAuthorizationRoutes } from '@zhanggui/modules/sales/pre-authorizations.ts';
import { receiptRoutes } from '@zhanggui/modules/sales/receipts.ts';
import { saleRoutes } from '@zhanggui/modules/sales/routes.ts';
import { salesToTender } from '@zhanggui/modules/sales/store.ts';
import { tillRoutes } from '@zhanggui/modules/sales/till-routes.ts';
import { holdOpenShifts, tillById, tillsOf } from '@zhanggui/modules/sales/till-store.ts';
import type { Settlement, SettlementMilestone } from '@zhanggui/modules/settlement/close.ts';
import { settlementRoutes } from '@zhanggui/modules/settlement/routes.ts';
import { switchRoutes } from '@zhanggui/modules/switch/routes.ts';
import { paymentMethods, scenarios } from '@zhanggui/plugins/registry.ts';
import { nodeWalletCrypto } from '@zhanggui/wallets/node/crypto.ts';
import type { FastifyBaseLogger } from 'fastify';
import { type AcquirerLines, openAcquirerLines } from './acquirer-lines.ts';
import { nodeArchives } from './archives.ts';
import { openPgDb, type PgDb } from './db/pg-db.ts';
import { nodeHttpPort } from './http-port.ts';
import { openVault, type VaultConfig } from './vault.ts';

/** What a server is made from. */
export interface ServerConfig extends VaultConfig {
  readonly databaseUrl: string;
  readonly demoLogins: readonly { username: string; password: string; role: string }[];
  readonly logger: FastifyBaseLogger;
  readonly milestone?: (name: Milestone | SettlementMilestone, reference: string) => void;
  /** Shortens every time of the methods' policies, for tests: 0.01 makes a second ten milliseconds. */
  readonly timeScale: number;
  /** Where channels reach this server, such as `https://pay.example.com`; undefined where they cannot. */
  readonly publicUrl?: string | undefined;
}

/** The platform's parts, put together on PostgreSQL and Node. */
export interface Platform {
  readonly db: PgDb;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly vault: KeyVault;
  readonly contracts: Contracts;
  readonly payments: Payments;
  readonly settlement: Settlement;
  readonly routes: readonly Route[];
  /** Tells where channels reach this server, once that is known; asked for by each payment that wants to be notified. */
  readonly address: PublicAddress;
  /** Once the tables are there: refuses to work with keys that are another vault's. */
  checkVault(): Promise<void>;
  /** Connects the acquirers that are configured now; called once the demo shop or the operator has configured them. */
  connectAcquirers(): Promise<void>;
  /** Whether the line to each acquirer stands. */
  lines(): Promise<Readonly<Record<string, boolean>>>;
  close(): Promise<void>;
}

/** Where channels reach this server: known from the start, or once it listens. */
export interface PublicAddress {
  url: string | undefined;
}

export const nodeClock: Clock = {
  now: () => Date.now(),
  sleep: (durationMs) => new Promise((resume) => setTimeout(resume, durationMs)),
};
export const nodeRng: Rng = { bytes: (count) => randomBytes(count) };

/** Puts the platform together; nothing listens and nothing is connected yet. */
export async function compose(config: ServerConfig): Promise<Platform> {
  const { logger } = config;
  const db = openPgDb(config.databaseUrl, {
    onIdleError: (error) => logger.warn({ err: error }, 'database connection lost'),
  });
  const {
    vault,
    check: checkVault,
    close: closeVault,
  } = await openVault(db, nodeClock, config, {
    failed: (error) => logger.error({ err: error }, 'uses or ages of keys not written or read'),
    periodOver: (names) => logger.warn({ names }, 'keys are older than their period'),
  });
  const contracts = openContracts({ db, vault, clock: nodeClock });
  const push = new Push();
  const deviceOfTill = groupReads((tillIds: readonly string[]) => devicesOfTills(db, tillIds));
  const address: PublicAddress = { url: config.publicUrl };
  const lines = openAcquirerLines({
    db,
    vault,
    clock: nodeClock,
    logger,
    onLateAnswer: (answer) =>
      recordLateAnswer(payments, { ...answer, restoresHold: answer.kind === 'completion-void' }),
    beginReversals: (tillId) => beginReversals(payments, tillId),
    serialOf: async (tillId) => serialOf(await deviceOfTill(tillId)),
    timeScale: config.timeScale,
  });
  const payments: Payments = openPayments({
    db,
    clock: nodeClock,
    rng: nodeRng,
    methods: paymentMethods.map((plugin) =>
      running(plugin, { timeScale: config.timeScale, deviceOfTill, contracts, lines, address }),
    ),
    rateOf: (merchantId, methodId) => contracts.contract(merchantId, methodId),
    holdOpenShifts: async (tx, tillIds) =>
      new Map((await holdOpenShifts(tx, tillIds)).map(({ id, tillId }) => [tillId, id])),
    announce: (view) => push.publish(view.tillId, 'payment', view),
    report: (error, paymentId) => logger.error({ err: error, paymentId }, 'payment could not be taken further'),
    ...(config.milestone === undefined ? {} : { milestone: config.milestone }),
  });
  const settlement: Settlement = {
    payments,
    exchange: lines.exchange,
    timeScale: config.timeScale,
    ...(config.milestone === undefined ? {} : { milestone: config.milestone }),
  };
  const saleToTender = groupReads((saleIds: readonly string[]) => salesToTender(db, saleIds));
  const sales = { payments, contracts, scenarios, push, saleToTender };
  return {
    db,
    clock: nodeClock,
    rng: nodeRng,
    vault,
    contracts,
    payments,
    settlement,
    routes: routesOf(config, { db, vault, lines, payments, settlement, sales }),
    address,
    checkVault,
    connectAcquirers: () => lines.connect(),
    lines: () => lines.state(),
    close: async () => {
      await lines.close();
      await closeVault();
      await db.close();
    },
  };
}

interface RouteGround {
  readonly db: PgDb;
  readonly vault: Parameters<typeof keyRoutes>[0];
  readonly lines: ReturnType<typeof openAcquirerLines>;
  readonly payments: Payments;
  readonly settlement: Settlement;
  readonly sales: Parameters<typeof saleRoutes>[0] & Parameters<typeof tillRoutes>[0];
}

/** Every route of the API, by module. */
function routesOf(
  config: ServerConfig,
  { db, vault, lines, payments, settlement, sales }: RouteGround,
): readonly Route[] {
  return [
    ...accessRoutes(nodeSecrets, config.demoLogins),
    ...tillRoutes(sales),
    ...catalogRoutes,
    ...saleRoutes(sales),
    ...linkRoutes(sales),
    ...preAuthorizationRoutes(sales),
    cardBalanceRoute(payments),
    ...settlementRoutes(settlement),
    ...switchRoutes({
      exchange: lines.exchange,
      terminals: lines.stores.terminals,
      offline: lines.stores.offline,
      merchantOfTill: async (tillId) => (await tillById(db, tillId))?.merchantId ?? null,
      tillsOf: async (merchantId) => (await tillsOf(db, merchantId)).map(({ id }) => id),
    }),
    ...receiptRoutes(paymentMethods),
    ...paymentRoutes(payments),
    notificationRoute(payments),
    ...billRoutes(payments),
    ...channelRoutes(payments, sales.contracts, config.production !== true),
    ...insightRoutes(paymentMethods),
    ...ledgerRoutes,
    ...keyRoutes(vault),
  ];
}

interface MethodGround {
  readonly timeScale: number;
  deviceOfTill(tillId: string): Promise<PlacedDevice | undefined>;
  readonly contracts: Contracts;
  readonly lines: AcquirerLines;
  readonly address: PublicAddress;
}

function running(
  plugin: MethodPlugin,
  { timeScale, deviceOfTill, contracts, lines, address }: MethodGround,
): Payments['methods'][number] {
  const policy = scaledPolicy(plugin.policy, timeScale);
  const flowPolicies = scaledPolicies(plugin.flowPolicies, timeScale);
  const environment: MethodEnvironment = {
    policy,
    flowPolicies,
    clock: nodeClock,
    rng: nodeRng,
    http: nodeHttpPort,
    walletCrypto: nodeWalletCrypto(),
    channelConfig: (merchantId, methodId) => contracts.channelConfig(merchantId, methodId),
    exchange: lines.exchange,
    archives: nodeArchives,
    notificationUrl: (merchantId, methodId) =>
      address.url === undefined ? null : `${address.url}/api/v1/notifications/${methodId}/${merchantId}`,
    deviceOf: async (tillId) => acceptanceDevice(await deviceOfTill(tillId)),
  };
  const { channel } = plugin;
  return {
    plugin: { ...plugin, policy, flowPolicies },
    method: plugin.create(environment),
    ...(channel === undefined ? {} : { testChannel: (config) => channel.test(environment, config) }),
  };
}

function serialOf(device: PlacedDevice | undefined): string | null {
  return device === undefined ? null : `${device.networkLicense ?? ''}${device.serialNumber}`;
}

function acceptanceDevice(device: PlacedDevice | undefined): AcceptanceDevice | null {
  return device === undefined ? null : { ...device, appVersion: device.appVersion.padEnd(8) };
}
