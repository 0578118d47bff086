import { fromHex, toHex, utf8Encode, xorBytes } from '@zhanggui/base';
import { importKey, unwrapKeyBlock } from '@zhanggui/paycrypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DATABASE_TIMEOUT_MS, openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { auditRows } from '../access/audit.ts';
import type { NewKeyRequest } from './api.ts';
import { approve, type Custodian, type Custody, enterComponent, makeRequest, refuse, requests } from './custody.ts';
import { keyList, keyVersions } from './inventory.ts';
import { DbKeyJournal } from './key-journal.ts';
import { SoftVault } from './node/soft-vault.ts';
import { createKeyStore } from './store.ts';

const KEY = '0123456789ABCDEFFEDCBA9876543210';
const PARTS = [
  '1111111111111111FFFFFFFFFFFFFFFF',
  toHex(xorBytes(fromHex(KEY), fromHex('1111111111111111FFFFFFFFFFFFFFFF'))),
];
const ZHOU: Custodian = person('stf_zhou', '周', 'Zhou');
const WU: Custodian = person('stf_wu', '吴', 'Wu');
const LI: Custodian = person('stf_li', '李', 'Li');

let database: TestDatabase;
let now = Date.parse('2026-11-23T08:00:00Z');
let journal: DbKeyJournal;
let custody: Custody;
let random = 0;
const clock = { now: () => now, sleep: async () => undefined };
const rng = {
  bytes: (count: number) => {
    random += 1;
    return new Uint8Array(count).fill(random);
  },
};

beforeAll(async () => {
  database = await openTestDatabase();
}, DATABASE_TIMEOUT_MS);
afterAll(() => database.close(), DATABASE_TIMEOUT_MS);
beforeEach(async () => {
  await database.tamper(
    'truncate keys.key_block, keys.key_version, keys.holder, keys.key_use, keys.component, keys.request',
  );
  journal = new DbKeyJournal(database.db, clock);
  custody = {
    db: database.db,
    vault: new SoftVault(new Uint8Array(32).fill(5), createKeyStore(database.db), journal),
    clock,
  };
});

const ask = (details: NewKeyRequest, maker = ZHOU) =>
  database.db.transaction((tx) => makeRequest(custody, tx, details, maker, rng));

const ceremony: NewKeyRequest = {
  kind: 'ceremony',
  keyName: 'device/SN-1/kek',
  reason: 'a new terminal',
  algorithm: 'AES',
  usage: 'key-block-protection',
  bits: 128,
  components: 2,
  exportable: false,
};

async function actions(): Promise<readonly string[]> {
  const rows = await database.db.query<{ action: string; actor: string }>({
    name: '',
    text: `select action, actor from access.audit order by sequence desc limit 6`,
  });
  return rows.map(({ action, actor }) => `${action} ${actor}`);
}

describe('a ceremony', () => {
  test('loads the key whose components two people have brought, once another than the asker agrees', async () => {
    const { id, state } = await ask(ceremony);
    expect(state).toBe('collecting');
    const first = await enterComponent(custody, id, 1, PARTS[0] ?? '', ZHOU);
    expect(first.components).toMatchObject([
      { number: 1, custodian: ZHOU.id, checkValue: checkValueOf(PARTS[0] ?? '') },
    ]);
    const second = await enterComponent(custody, id, 2, PARTS[1] ?? '', WU);
    expect(second).toMatchObject({ state: 'waiting', checkValue: checkValueOf(KEY) });
    expect(await custody.vault.checkValueOf(ceremony.keyName)).toBeNull();
    expect(await approve(custody, id, WU)).toMatchObject({ state: 'done', checkValue: checkValueOf(KEY) });
    expect(await custody.vault.checkValueOf(ceremony.keyName)).toBe(checkValueOf(KEY));
    expect(await approve(custody, id, WU)).toMatchObject({ state: 'done' });
    expect(await keyVersions(database.db, ceremony.keyName)).toHaveLength(1);
    const kept = await database.db.query({ name: '', text: 'select sealed from keys.component' });
    expect(kept).toEqual([{ sealed: null }, { sealed: null }]);
    expect((await actions())[0]).toBe(`key-loaded ${ZHOU.id} ${WU.id}`);
  });

  test('takes each component from another person, and the same one twice without harm', async () => {
    const { id } = await ask(ceremony);
    await enterComponent(custody, id, 1, PARTS[0] ?? '', ZHOU);
    await enterComponent(custody, id, 1, PARTS[0] ?? '', ZHOU);
    await expect(enterComponent(custody, id, 2, PARTS[1] ?? '', ZHOU)).rejects.toThrow('key-two-people');
    await expect(enterComponent(custody, id, 1, PARTS[1] ?? '', WU)).rejects.toThrow('key-component-taken');
    await expect(enterComponent(custody, id, 3, PARTS[1] ?? '', WU)).rejects.toThrow('key-request-closed');
    await expect(enterComponent(custody, id, 2, KEY.repeat(2), WU)).rejects.toThrow('key-refused');
    await expect(approve(custody, id, WU)).rejects.toThrow('key-request-closed');
  });

  test('whose components make another key than announced ends, and keeps nothing', async () => {
    const { id } = await ask({ ...ceremony, checkValue: '000000' });
    await enterComponent(custody, id, 1, PARTS[0] ?? '', ZHOU);
    expect(await enterComponent(custody, id, 2, PARTS[1] ?? '', WU)).toMatchObject({
      state: 'failed',
      problem: 'key-check-value',
    });
    await expect(approve(custody, id, WU)).rejects.toThrow('key-request-closed');
    expect(await custody.vault.checkValueOf(ceremony.keyName)).toBeNull();
  });

  test('may have three components', async () => {
    const { id } = await ask({ ...ceremony, components: 3 });
    const third = toHex(xorBytes(fromHex(KEY), fromHex(PARTS[0] ?? '')));
    await enterComponent(custody, id, 1, PARTS[0] ?? '', ZHOU);
    await enterComponent(custody, id, 2, 'AB'.repeat(16), WU);
    const last = await enterComponent(custody, id, 3, toHex(xorBytes(fromHex(third), fromHex('AB'.repeat(16)))), LI);
    expect(last).toMatchObject({ state: 'waiting', checkValue: checkValueOf(KEY) });
    expect(await approve(custody, id, LI)).toMatchObject({ state: 'done' });
  });
});

describe('what takes two people', () => {
  beforeEach(async () => {
    const kek = { algorithm: 'AES', usage: 'key-block-protection', bytes: fromHex(KEY) } as const;
    await custody.vault.importKey('device/SN-1/kek', kek);
    const tmk = { algorithm: 'TDES', usage: 'key-encryption', bytes: fromHex(KEY), exportable: true } as const;
    await custody.vault.importKey('terminal/bank/1/tmk', tmk);
  });
  const exportIt: NewKeyRequest = {
    kind: 'export',
    keyName: 'terminal/bank/1/tmk',
    reason: 'for the terminal',
    under: 'device/SN-1/kek',
  };

  test('an export is approved by nobody who asked for it, and the attempt is in the audit log', async () => {
    const { id } = await ask(exportIt);
    await expect(approve(custody, id, ZHOU)).rejects.toThrow('key-two-people');
    expect((await requests(custody, ZHOU.id))[0]).toMatchObject({ state: 'waiting', block: null });
    expect((await actions())[0]).toBe(`key-approval-by-maker ${ZHOU.id}`);
    const direct = `update keys.request set checker = maker where id = '${id}'`;
    await expect(database.tamper(direct)).rejects.toThrow('check constraint');
  });

  test('an export gives its block to the two concerned and to nobody else', async () => {
    const { id } = await ask(exportIt);
    const { block, state } = await approve(custody, id, WU);
    expect(state).toBe('done');
    const opened = unwrapKeyBlock(importKey(KEY, { algorithm: 'AES', usage: 'key-block-protection' }), block ?? '');
    expect(toHex(opened.reveal())).toBe(KEY);
    expect((await requests(custody, ZHOU.id))[0]?.block).toBe(block);
    expect((await requests(custody, LI.id))[0]?.block).toBeNull();
    expect((await actions())[0]).toBe(`key-exported ${ZHOU.id} ${WU.id}`);
  });

  test('an export of a key that may not leave fails, and says so', async () => {
    const { id } = await ask({ ...exportIt, keyName: 'device/SN-1/kek' });
    expect(await approve(custody, id, WU)).toMatchObject({
      state: 'failed',
      problem: 'key-not-exportable',
      block: null,
    });
    expect((await actions())[0]).toBe(`key-export-failed ${ZHOU.id} ${WU.id}`);
  });

  test('a destruction destroys, and its version is retired', async () => {
    const { id } = await ask({ kind: 'destruction', keyName: 'terminal/bank/1/tmk', reason: 'terminal gone' });
    expect(await approve(custody, id, WU)).toMatchObject({ state: 'done' });
    expect(await custody.vault.checkValueOf('terminal/bank/1/tmk')).toBeNull();
    expect((await keyVersions(database.db, 'terminal/bank/1/tmk'))[0]?.retiredAt).not.toBeNull();
  });

  test('a request ends after a day', async () => {
    const { id } = await ask(exportIt);
    now += 86_400_000;
    await expect(approve(custody, id, WU)).rejects.toThrow('key-request-closed');
    expect((await requests(custody, WU.id))[0]?.state).toBe('expired');
    expect((await actions())[0]).toBe('key-request-expired platform');
  });

  test('a refused request stays refused', async () => {
    const { id } = await ask(exportIt);
    expect(await refuse(custody, id, 'not agreed', WU)).toMatchObject({ state: 'refused', checkerName: WU.name });
    expect(await refuse(custody, id, 'not agreed', WU)).toMatchObject({ state: 'refused' });
    await expect(approve(custody, id, LI)).rejects.toThrow('key-request-closed');
    const mine = await ask(exportIt, WU);
    expect(await refuse(custody, mine.id, 'a mistake', WU)).toMatchObject({ state: 'refused', checkerName: null });
  });

  test('an approval that a crash interrupted is carried out by approving again', async () => {
    const { id } = await ask(exportIt);
    const failing: Custody = {
      ...custody,
      vault: Object.assign(Object.create(custody.vault), {
        exportKeyBlock: async () => {
          throw new Error('the process ended');
        },
      }),
    };
    await expect(approve(failing, id, WU)).rejects.toThrow('the process ended');
    expect((await requests(custody, WU.id))[0]?.state).toBe('executing');
    await expect(approve(custody, id, ZHOU)).rejects.toThrow('key-two-people');
    expect(await approve(custody, id, WU)).toMatchObject({ state: 'done' });
  });

  test('nothing can be asked of a key that is not there', async () => {
    await expect(ask({ ...exportIt, keyName: 'nothing' })).rejects.toThrow('key-unknown');
    await expect(ask({ ...exportIt, under: 'nothing' })).rejects.toThrow('key-unknown');
    await expect(approve(custody, 'krq_0', WU)).rejects.toThrow('not-found');
    for (const keyName of ['vault/secrets/1', 'hash/card'])
      for (const details of [
        { ...exportIt, keyName },
        { ...ceremony, keyName },
      ])
        await expect(ask(details), keyName).rejects.toThrow('key-refused');
  });
});

describe('the list of keys', () => {
  test('tells ages, uses and versions, and never a key', async () => {
    const mak = { algorithm: 'TDES', usage: 'mac', bytes: fromHex(KEY), parent: 'terminal/bank/1/tmk' } as const;
    await custody.vault.importKey('terminal/bank/1/mac', { ...mak, bytes: fromHex(PARTS[0] ?? '') });
    await custody.vault.importKey('terminal/bank/1/mac', mak);
    await custody.vault.importKey('terminal/bank/1/mac', mak);
    for (let index = 0; index < 3; index += 1)
      await custody.vault.generateMac('terminal/bank/1/mac', 'cup-ecb', utf8Encode('0200'));
    await journal.flush();
    await custody.vault.generateMac('terminal/bank/1/mac', 'cup-ecb', utf8Encode('0200'));
    await journal.flush();
    await journal.flush();
    const { keys, holder } = await keyList(database.db, now);
    expect(holder).toMatchObject({ id: expect.stringMatching(/^[0-9A-F]{8}$/), due: 'fresh' });
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject({
      name: 'terminal/bank/1/mac',
      level: 'working',
      parent: 'terminal/bank/1/tmk',
      checkValue: '08D7B4',
      version: 2,
      usesInDay: 4,
      lastUsedAt: new Date(Math.floor(now / 60_000) * 60_000).toISOString(),
    });
    expect(JSON.stringify(keys)).not.toContain(KEY);
    const use = 'select sum(count) as count from keys.key_use';
    expect(await database.db.query({ name: '', text: use })).toEqual([{ count: 4 }]);
    await journal.forgetOld();
    expect(await database.db.query({ name: '', text: use })).toEqual([{ count: 4 }]);
    now += 401 * 86_400_000;
    await journal.forgetOld();
    expect(await database.db.query({ name: '', text: use })).toEqual([{ count: null }]);
    now -= 401 * 86_400_000;
    const old = await keyList(database.db, Date.now() + 8 * 86_400_000);
    expect(old.keys[0]).toMatchObject({ ageDays: 8, due: 'over' });
  });

  test('a use that fails is a row of the audit log', async () => {
    await custody.vault.importKey('mak', { algorithm: 'TDES', usage: 'mac', bytes: fromHex(KEY) });
    expect(await custody.vault.verifyMac('mak', 'cup-ecb', utf8Encode('0200'), new Uint8Array(8))).toBe(false);
    const [row] = await auditRows(database.db, ['key-use-failed'], Number.MAX_SAFE_INTEGER, 1);
    expect(row).toMatchObject({ subject: 'mak', detail: 'mac-differs', actor: 'platform' });
    await expect(
      custody.vault.importKey('bdk', {
        algorithm: 'AES',
        usage: 'base-derivation',
        bytes: fromHex(KEY),
        checkValue: '0000',
      }),
    ).rejects.toThrow('key-check-value');
    expect((await actions())[0]).toBe('key-load-failed platform');
  });
});

function person(id: string, zh: string, en: string): Custodian {
  return { id, role: 'operator', name: { zh, en }, address: '192.0.2.1' };
}

function checkValueOf(hex: string): string {
  return importKey(hex, { algorithm: 'AES', usage: 'data' }).checkValue();
}
