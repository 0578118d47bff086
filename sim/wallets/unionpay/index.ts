import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { MountedWallet, MountOptions } from '../mount.ts';
import { Notifier } from '../notifier.ts';
import { UnionPayBills } from './bill.ts';
import { UNIONPAY_NOTIFIER, UnionPayNotices } from './notices.ts';
import { unionPayServer } from './server.ts';
import type { UnionPayShop } from './shop.ts';

/** Mounts UnionPay's interface for merchants over the shop's book. */
export async function mountUnionPay(
  app: FastifyInstance,
  shop: Omit<UnionPayShop, 'crypto'>,
  { prefix, crypto, faults, clock, held, timeScale, dataDir }: MountOptions,
): Promise<MountedWallet> {
  const whole = { ...shop, crypto };
  const log = path.join(dataDir, 'notifications-unionpay-qr.jsonl');
  const notifier = new Notifier(UNIONPAY_NOTIFIER, faults, timeScale, log);
  const bills = new UnionPayBills(whole, clock);
  const notices = new UnionPayNotices(whole, notifier);
  await app.register(unionPayServer, { prefix, shop: whole, notices, bills, faults, clock, held });
  return { notifier, bills };
}
