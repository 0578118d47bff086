import { alipayCertificateSn } from '@zhanggui/wallets';
import type { FastifyInstance } from 'fastify';
import { BillDays } from '../bill-days.ts';
import { type MountedWallet, type MountOptions, openTeller } from '../mount.ts';
import { RollingCertificates, rotateOnDemand } from '../rolling-certificates.ts';
import { AlipayBills } from './bill.ts';
import { alipayGateway } from './gateway.ts';
import { nextPlatformKey } from './keys.ts';
import { ALIPAY_NOTIFIER, alipayNotice } from './notices.ts';
import type { AlipayShop } from './shop.ts';

/** From nine in the morning a day's bill is there. */
const READY_HOUR = 9;

/** Mounts Alipay's gateway over the shop's book. */
export async function mountAlipay(
  app: FastifyInstance,
  { keys, book }: Pick<AlipayShop, 'keys' | 'book'>,
  options: MountOptions,
): Promise<MountedWallet> {
  const { prefix, crypto, clock, faults, held } = options;
  const certificates = new RollingCertificates(keys.platform, () => nextPlatformKey(keys.root));
  const shop: AlipayShop = { keys, book, certificates, crypto, clock };
  const words = { rules: ALIPAY_NOTIFIER, noticeOf: alipayNotice.bind(null, shop) };
  const { notifier, teller } = openTeller(book, words, options);
  const days = new BillDays(clock, READY_HOUR);
  const bills = new AlipayBills(shop, days);
  await app.register(alipayGateway, { prefix, mount: prefix, shop, teller, bills, faults, clock, held });
  rotateOnDemand(app, prefix, certificates, ({ certificate }) => alipayCertificateSn(crypto, certificate));
  return { notifier, bills: days };
}
