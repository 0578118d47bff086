import { nodeSecrets } from '@zhanggui/modules/access/node/secrets.ts';
import { insertStaff } from '@zhanggui/modules/access/store.ts';
import { insertItem } from '@zhanggui/modules/catalog/store.ts';
import { openAccounts } from '@zhanggui/modules/ledger/store.ts';
import { insertMerchant, insertStore, putContract } from '@zhanggui/modules/merchants/store.ts';
import { accountsFor } from '@zhanggui/modules/payments/postings.ts';
import { openTillAccounts } from '@zhanggui/modules/sales/shift.ts';
import { insertTill } from '@zhanggui/modules/sales/till-store.ts';
import { paymentMethods } from '@zhanggui/plugins/registry.ts';
import { openPgDb } from '../../apps/server/db/pg-db.ts';

/** The shop next door, with one till, one item `1001` and cash; its owner signs in as `neighbour` / `neighbour-demo`. */
export async function addNeighbour(databaseUrl: string): Promise<void> {
  const db = openPgDb(databaseUrl);
  const now = Date.now();
  const merchant = { id: 'mer_next', name: '隔壁小店', nameEn: 'Next Door', currency: 'CNY', mcc: '5411' } as const;
  const store = {
    id: 'store_next',
    merchantId: merchant.id,
    name: '隔壁小店',
    nameEn: 'Next Door',
    location: '+30/+104',
  };
  const till = {
    id: 'till_next',
    merchantId: merchant.id,
    storeId: store.id,
    number: '1',
    name: '1 号',
    nameEn: 'Till 1',
  };
  const passwordHash = await nodeSecrets.hashPassword('neighbour-demo');
  try {
    await db.transaction(async (tx) => {
      await insertMerchant(tx, merchant, now);
      await insertStore(tx, store);
      await insertTill(tx, till);
      await openTillAccounts(tx, till, merchant.currency);
      await openAccounts(tx, accountsFor(merchant.id, merchant.currency, paymentMethods));
      await putContract(tx, {
        merchantId: merchant.id,
        methodId: 'cash',
        ratePpm: 0,
        capMinor: null,
        limitMinor: 1_000_000,
        settings: {},
        sealedSecrets: null,
      });
      const name = { name: '邻居', nameEn: 'Neighbour', username: 'neighbour' };
      const place = { merchantId: merchant.id, storeId: store.id };
      await insertStaff(tx, { id: 'stf_next', ...place, ...name, role: 'owner', passwordHash }, now);
      const item = { id: 'itm_next', code: '1001', barcodes: [], name: '糖', nameEn: 'Sweets', categoryId: null };
      const sold = { kind: 'piece', unitPriceMinor: 100, unit: '件', pinyin: 't', favourite: false } as const;
      await insertItem(tx, merchant.id, { ...item, ...sold }, 0, null);
    });
  } finally {
    await db.close();
  }
}
