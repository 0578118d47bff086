import { makeId, type Queryable } from '@zhanggui/base';
import type { Role } from '@zhanggui/modules/access/api.ts';
import { nodeSecrets } from '@zhanggui/modules/access/node/secrets.ts';
import { insertStaff, staffByUsername } from '@zhanggui/modules/access/store.ts';
import { insertCategory, insertItem } from '@zhanggui/modules/catalog/store.ts';
import type { Merchant } from '@zhanggui/modules/merchants/api.ts';
import { insertMerchant, insertStore, merchants, putDevice } from '@zhanggui/modules/merchants/store.ts';
import { insertTill, type Till } from '@zhanggui/modules/sales/till-store.ts';
import { putAcquirer } from '@zhanggui/modules/switch/acquirers.ts';
import type { LinkConfig } from '@zhanggui/modules/switch/link.ts';
import { provisionReaders, provisionTerminal } from '@zhanggui/modules/switch/provision.ts';
import { createSwitchStore } from '@zhanggui/modules/switch/store.ts';
import { paymentMethods, scenarios } from '@zhanggui/plugins/registry.ts';
import type { Platform } from './compose.ts';
import { StartRefused } from './db/embedded-postgres.ts';

/** The logins that the start table and the sign-in screen of a demo show; they exist in a demo's database only. */
export const demoLogins: readonly { username: string; password: string; role: Role; name: string; nameEn: string }[] = [
  { username: 'cashier', password: 'cashier-demo', role: 'cashier', name: '收银员 03', nameEn: 'Cashier 03' },
  { username: 'manager', password: 'manager-demo', role: 'manager', name: '店长 林', nameEn: 'Manager Lin' },
  { username: 'owner', password: 'owner-demo', role: 'owner', name: '店主 陈', nameEn: 'Owner Chen' },
  { username: 'operator', password: 'operator-demo', role: 'operator', name: '运营 周', nameEn: 'Operator Zhou' },
  { username: 'custodian', password: 'custodian-demo', role: 'operator', name: '密钥员 吴', nameEn: 'Custodian Wu' },
];

const merchant: Merchant = {
  id: 'mer_demo',
  name: '青山便利店',
  nameEn: 'Qingshan Convenience',
  currency: 'CNY',
  mcc: '5411',
};
const store = {
  id: 'store_demo',
  merchantId: merchant.id,
  name: '青山便利店',
  nameEn: 'Qingshan Convenience',
  location: '+30.66/+104.06',
};
const tills: readonly Till[] = [1, 2].map((number) => ({
  id: `till_${number}`,
  merchantId: merchant.id,
  storeId: store.id,
  number: String(number),
  name: `${number} 号收银台`,
  nameEn: `Till ${number}`,
}));

/** What the simulators hand out: identifiers, addresses and test-only keys. */
interface SimulatorCredentials {
  readonly bank: {
    readonly host: string;
    readonly port: number;
    readonly caPem: string;
    readonly serverName?: string;
    /** What the line shows where the bank asks for a certificate. */
    readonly client?: { readonly certificatePem: string; readonly keyPem: string } | null;
    readonly acquirerId?: string;
    readonly settings?: Readonly<Record<string, string>>;
    readonly terminals: readonly {
      tillId: string;
      terminalId: string;
      acceptorId: string;
      tmk: string;
      tmkCheckValue: string;
    }[];
  };
  readonly readers: Parameters<typeof provisionReaders>[1][];
  readonly wallets: Readonly<Record<string, { settings: Record<string, string>; secrets: Record<string, string> }>>;
}

/** Makes the demo shop once; a database that has any merchant is left alone. */
export async function seedDemo(platform: Platform): Promise<void> {
  const { db, clock, rng } = platform;
  if ((await merchants(db)).length > 0) return;
  const passwordHashes = await Promise.all(demoLogins.map(({ password }) => nodeSecrets.hashPassword(password)));
  const now = clock.now();
  await db.transaction(async (tx) => {
    await insertMerchant(tx, merchant, now);
    await insertStore(tx, store);
    for (const till of tills) {
      await insertTill(tx, till);
      await putDevice(tx, {
        tillId: till.id,
        storeId: store.id,
        deviceType: '10',
        serialNumber: `ZG${till.number.padStart(8, '0')}`,
        networkLicense: 'P3100',
        appVersion: '1.0.0',
        ip: '127.0.0.1',
      });
    }
    for (const [index, login] of demoLogins.entries()) {
      const { username, role, name, nameEn } = login;
      const id = `stf_${username}`;
      const passwordHash = passwordHashes[index] ?? '';
      await insertStaff(
        tx,
        { id, merchantId: merchant.id, storeId: store.id, username, name, nameEn, role, passwordHash },
        now,
      );
    }
    for (const { demo } of scenarios) {
      for (const [place, category] of demo.categories.entries()) await insertCategory(tx, merchant.id, place, category);
      for (const [place, item] of demo.items.entries())
        await insertItem(tx, merchant.id, { id: makeId('itm', now, rng.bytes(8)), ...item }, place, null);
    }
  });
}

/**
 * Keeps a server in production from opening a database in which somebody signs in with what this project prints.
 * @throws StartRefused naming whose passwords they are.
 */
export async function refuseDemoLogins(db: Queryable): Promise<void> {
  const open: string[] = [];
  for (const { username, password } of demoLogins) {
    const staff = await staffByUsername(db, username);
    const opens = staff !== undefined && (await nodeSecrets.verifyPassword(staff.passwordHash, password));
    if (opens) open.push(username);
  }
  if (open.length > 0)
    throw new StartRefused(
      `these still sign in with the password of the demo: ${open.join(', ')}; change or remove them.`,
    );
}

const PRICES: Readonly<Record<string, { ratePpm: number; capMinor: number | null }>> = {
  cash: { ratePpm: 0, capMinor: null },
  wechat: { ratePpm: 3_800, capMinor: null },
  alipay: { ratePpm: 3_800, capMinor: null },
  'unionpay-qr': { ratePpm: 3_800, capMinor: null },
  // e-CNY is cash: it costs the merchant nothing.
  ecny: { ratePpm: 0, capMinor: null },
  card: { ratePpm: 5_000, capMinor: 2_000 },
};
const LIMIT_MINOR = 5_000_000;

function tlsOf({ caPem, serverName, client }: SimulatorCredentials['bank']): NonNullable<LinkConfig['tls']> {
  return {
    caPem,
    ...(serverName === undefined ? {} : { serverName }),
    ...(client == null ? {} : { clientCertificatePem: client.certificatePem, clientKeyPem: client.keyPem }),
  };
}

/** Connects the demo shop with the simulators, whose ports may have changed since the last start. */
export async function connectSimulators(platform: Platform, simulatorUrl: string): Promise<void> {
  const answer = await fetch(`${simulatorUrl}/credentials`, { signal: AbortSignal.timeout(10_000) });
  const { bank, readers, wallets = {} } = (await answer.json()) as SimulatorCredentials;
  const acquirerId = bank.acquirerId ?? 'sim-bank';
  await putAcquirer(platform.db, platform.vault, {
    id: acquirerId,
    dialect: 'cups',
    settings: bank.settings ?? { tpdu: '6000030000', header: '603100310100' },
    link: { host: bank.host, port: bank.port, tls: tlsOf(bank) },
  });
  const switchStore = createSwitchStore(platform.db);
  for (const terminal of bank.terminals)
    await provisionTerminal(switchStore, platform.vault, { acquirerId, ...terminal });
  for (const grant of readers) await provisionReaders(platform.vault, grant);
  for (const { id } of paymentMethods) {
    const price = PRICES[id] ?? { ratePpm: 6_000, capMinor: null };
    const account = wallets[id] ?? { settings: {}, secrets: {} };
    await platform.contracts.agree(
      { merchantId: merchant.id, methodId: id, limitMinor: LIMIT_MINOR, ...price },
      account,
    );
  }
}
