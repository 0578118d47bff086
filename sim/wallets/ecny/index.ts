import type { FastifyInstance } from 'fastify';
import { BillDays } from '../bill-days.ts';
import { type MountedWallet, type MountOptions, openTeller } from '../mount.ts';
import { ECNY_NOTIFIER, ecnyNotice } from './notices.ts';
import { ecnyServer } from './server.ts';
import type { EcnyShop } from './shop.ts';

/** From midnight the bill of the day before is there. */
const READY_HOUR = 0;

/** Mounts an acquirer's interface for e-CNY over the shop's book. */
export async function mountEcny(
  app: FastifyInstance,
  { keys, book }: Pick<EcnyShop, 'keys' | 'book'>,
  options: MountOptions,
): Promise<MountedWallet> {
  const { prefix, crypto, clock, nonce, faults, held } = options;
  const shop: EcnyShop = { keys, book, crypto, clock, nonce };
  const words = { rules: ECNY_NOTIFIER, noticeOf: ecnyNotice.bind(null, shop) };
  const { notifier, teller } = openTeller(book, words, options);
  const bills = new BillDays(clock, READY_HOUR);
  await app.register(ecnyServer, { prefix, shop, teller, bills, faults, clock, held });
  return { notifier, bills };
}
