import type { FastifyInstance } from 'fastify';
import type { WalletBook } from './book.ts';
import { WALLET_IDS, type WalletId } from './code-issuer.ts';
import type { FaultBox } from './faults.ts';
import type { MountedWallet } from './mount.ts';
import { possibleFaults, readFault } from './read-fault.ts';

/** What the controls of the wallets work on. */
export interface ControlOptions {
  readonly books: Readonly<Record<WalletId, WalletBook>>;
  readonly faults: Readonly<Record<WalletId, FaultBox>>;
  readonly mounted: Readonly<Record<WalletId, MountedWallet>>;
  readonly timeScale: number;
}

/** The book, the faults, the notifications and the bills (there before their morning, if so told) of each wallet. */
export async function controls(app: FastifyInstance, options: ControlOptions): Promise<void> {
  const { books, faults, mounted, timeScale } = options;
  for (const wallet of WALLET_IDS) {
    const box = faults[wallet];
    app.get(`/wallets/${wallet}/notifications`, async () => ({ notifications: mounted[wallet].notifier.log() }));
    app.put(`/wallets/${wallet}/bills`, async (request) => {
      const { bills } = mounted[wallet];
      bills.anyDay = (request.body as { readonly anyDay?: unknown } | null)?.anyDay === true;
      return { anyDay: bills.anyDay };
    });
    app.get(`/wallets/${wallet}/book`, async () => books[wallet].account());
    app.get(`/wallets/${wallet}/faults`, async () => ({ faults: box.waiting }));
    app.delete(`/wallets/${wallet}/faults`, async (_request, reply) => {
      box.clear();
      return reply.code(204).send();
    });
    app.post(`/wallets/${wallet}/faults`, async (request, reply) => {
      const fault = readFault(wallet, request.body, timeScale);
      if (fault === undefined) return reply.code(400).send({ code: 'no-such-fault', possible: possibleFaults(wallet) });
      box.add(fault);
      return reply.code(201).send({ faults: box.waiting });
    });
  }
}
