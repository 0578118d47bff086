import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { BillDays } from '../bill-days.ts';
import { certifiedKey } from '../certificates.ts';
import { type MountedWallet, type MountOptions, openTeller } from '../mount.ts';
import { RollingCertificates, rotateOnDemand } from '../rolling-certificates.ts';
import { WechatBills } from './bills.ts';
import { WECHAT_NOTIFIER, wechatNotice } from './notices.ts';
import { wechatServer } from './server.ts';
import type { WechatShop } from './shop.ts';

/** From ten in the morning a day's bill is there. */
const READY_HOUR = 10;

/** Mounts WeChat Pay's API v3 over the shop's book. */
export async function mountWechat(
  app: FastifyInstance,
  { keys, book }: Pick<WechatShop, 'keys' | 'book'>,
  options: MountOptions,
): Promise<MountedWallet> {
  const { prefix, crypto, clock, nonce, faults, held } = options;
  const name = (): string => `Zhanggui simulator of WeChat Pay ${randomUUID()}`;
  const platform = new RollingCertificates(keys.platform, () => certifiedKey(name(), new Date()));
  const shop: WechatShop = { keys, book, platform, crypto, clock, nonce };
  const words = { rules: WECHAT_NOTIFIER, noticeOf: wechatNotice.bind(null, shop) };
  const { notifier, teller } = openTeller(book, words, options);
  const days = new BillDays(clock, READY_HOUR);
  const bills = new WechatBills(shop, days);
  await app.register(wechatServer, { prefix, mount: prefix, shop, teller, bills, faults, clock, held });
  rotateOnDemand(app, prefix, platform, ({ serial }) => serial);
  return { notifier, bills: days };
}
