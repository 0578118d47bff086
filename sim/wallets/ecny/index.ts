import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { MountedWallet, MountOptions } from '../mount.ts';
import { Notifier } from '../notifier.ts';
import { ECNY_NOTIFIER, EcnyNotices } from './notices.ts';
import { ecnyServer } from './server.ts';
import type { EcnyShop } from './shop.ts';

/** Mounts an acquirer's interface for e-CNY over the shop's book. */
export async function mountEcny(
  app: FastifyInstance,
  shop: Omit<EcnyShop, 'crypto'>,
  { prefix, crypto, faults, clock, held, timeScale, dataDir }: MountOptions,
): Promise<MountedWallet> {
  const whole = { ...shop, crypto };
  const log = path.join(dataDir, 'notifications-ecny.jsonl');
  const notifier = new Notifier(ECNY_NOTIFIER, faults, timeScale, log);
  const bills = { anyDay: false };
  const notices = new EcnyNotices(whole, notifier, clock);
  await app.register(ecnyServer, { prefix, shop: whole, notices, faults, clock, held, bills });
  return { notifier, bills };
}
