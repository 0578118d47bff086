import type { FastifyInstance } from 'fastify';
import { BillDays } from '../bill-days.ts';
import { certIdOf } from '../certificates.ts';
import { nextInstitution } from '../keys.ts';
import { type MountedWallet, type MountOptions, openTeller } from '../mount.ts';
import { RollingCertificates, rotateOnDemand } from '../rolling-certificates.ts';
import { UNIONPAY_NOTIFIER, unionPayNotice } from './notices.ts';
import { unionPayServer } from './server.ts';
import type { UnionPayShop } from './shop.ts';

/** From nine in the morning a day's file is there. */
const READY_HOUR = 9;

/** Mounts UnionPay's interface for merchants over the shop's book. */
export async function mountUnionPay(
  app: FastifyInstance,
  { keys, book }: Pick<UnionPayShop, 'keys' | 'book'>,
  options: MountOptions,
): Promise<MountedWallet> {
  const { prefix, crypto, clock, faults, held } = options;
  const certificates = new RollingCertificates(keys.institution, () => nextInstitution(keys.root));
  const shop: UnionPayShop = { keys, book, certificates, crypto };
  const words = { rules: UNIONPAY_NOTIFIER, noticeOf: unionPayNotice.bind(null, shop) };
  const { notifier, teller } = openTeller(book, words, options);
  const bills = new BillDays(clock, READY_HOUR);
  await app.register(unionPayServer, { prefix, shop, teller, bills, faults, clock, held });
  rotateOnDemand(app, prefix, certificates, certIdOf);
  return { notifier, bills };
}
