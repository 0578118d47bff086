import path from 'node:path';
import { alipayCertificateSn } from '@zhanggui/wallets';
import type { FastifyInstance } from 'fastify';
import type { WalletBook } from '../book.ts';
import type { MountedWallet, MountOptions } from '../mount.ts';
import { Notifier } from '../notifier.ts';
import { AlipayBills } from './bill.ts';
import { alipayGateway } from './gateway.ts';
import { AlipayCertificates, type AlipayKeys } from './keys.ts';
import { ALIPAY_NOTIFIER, AlipayNotices } from './notices.ts';

/** Mounts Alipay's gateway over the shop's book. */
export async function mountAlipay(
  app: FastifyInstance,
  { keys, book }: { readonly keys: AlipayKeys; readonly book: WalletBook },
  { prefix, crypto, faults, clock, held, timeScale, dataDir }: MountOptions,
): Promise<MountedWallet> {
  const certificates = new AlipayCertificates(keys);
  const teller = { keys, certificates, book, crypto, clock };
  const notifier = new Notifier(ALIPAY_NOTIFIER, faults, timeScale, path.join(dataDir, 'notifications-alipay.jsonl'));
  const bills = new AlipayBills(book, keys.sellerId, clock);
  const notices = new AlipayNotices(teller, notifier);
  await app.register(alipayGateway, { prefix, mount: prefix, teller, notices, bills, faults, clock, held });
  app.post(`${prefix}/rotate`, async () => {
    await certificates.rotate();
    return { serial: alipayCertificateSn(crypto, certificates.current.certificate) };
  });
  return { notifier, bills };
}
