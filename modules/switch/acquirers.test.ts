import { sql } from '@zhanggui/base';
import { fixedMasterKeys } from '@zhanggui/modules/keys/node/master-key.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DATABASE_TIMEOUT_MS, openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { memoryKeyStore } from '../keys/memory-store.ts';
import { SoftVault } from '../keys/node/soft-vault.ts';
import { type AcquirerRecord, acquirerIds, acquirersOf, putAcquirer } from './acquirers.ts';

const KEY = '-----BEGIN PRIVATE KEY-----\nnobody else has it\n-----END PRIVATE KEY-----';
const tls = { caPem: 'authority', clientCertificatePem: 'certificate' };
const bank: AcquirerRecord = { id: 'bank', dialect: 'cups', settings: {}, link: { host: '127.0.0.1', port: 1, tls } };
const shown: AcquirerRecord = { ...bank, id: 'shown', link: { ...bank.link, tls: { ...tls, clientKeyPem: KEY } } };

const linksSql = sql('test-links', 'select link::text from switch.acquirer');

let database: TestDatabase;
const vault = new SoftVault(fixedMasterKeys(new Uint8Array(32).fill(7)), memoryKeyStore());

beforeAll(async () => {
  database = await openTestDatabase();
}, DATABASE_TIMEOUT_MS);
afterAll(() => database.close(), DATABASE_TIMEOUT_MS);

const written = async (): Promise<string> => JSON.stringify(await database.db.query(linksSql));

test('an acquirer comes back as it was put, and the key of the certificate does not stand in its row', async () => {
  const private_: AcquirerRecord = { ...bank, id: 'private', link: { host: '127.0.0.1', port: 2 } };
  for (const record of [bank, shown, private_]) await putAcquirer(database.db, vault, record);
  expect(await acquirersOf(database.db, vault)).toEqual([bank, private_, shown]);
  expect(await acquirerIds(database.db)).toEqual(['bank', 'private', 'shown']);
  expect(await written()).toContain('certificate');
  expect(await written()).not.toContain('nobody else has it');
});

test('a key that a person wrote in clear is sealed when the row is first read', async () => {
  const link = JSON.stringify({ ...shown.link, port: 3 });
  await database.tamper(`insert into switch.acquirer values ('by-hand', 'cups', '{}', '${link}')`);
  expect(await written()).toContain('nobody else has it');
  for (const _ of ['sealed now', 'opened then']) {
    const found = (await acquirersOf(database.db, vault)).find(({ id }) => id === 'by-hand');
    expect(found?.link).toEqual({ ...shown.link, port: 3 });
    expect(await written()).not.toContain('nobody else has it');
  }
});

test('a key that was sealed for another acquirer is refused', async () => {
  await database.tamper(
    `update switch.acquirer set link = (select link from switch.acquirer where id = 'shown') where id = 'bank'`,
  );
  await expect(acquirersOf(database.db, vault)).rejects.toThrow('secret-not-opened');
});
