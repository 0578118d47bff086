import type { HostFault } from '../../sim/hosts/bank-faults.ts';
import type { WalletId } from '../../sim/wallets/code-issuer.ts';
import type { Fault } from '../../sim/wallets/faults.ts';
import type { CustomerWithCards } from '../support/customer.ts';
import { TIME_SCALE, type World } from '../support/world.ts';

/** The outside that something goes wrong with. */
export interface Outside {
  readonly world: World;
  readonly customer: CustomerWithCards;
}

/** Something that is set to go wrong, and knows whether it has. */
export interface Trap {
  isSprung(): boolean | Promise<boolean>;
}

/** The bank does this wrong with the next message of these types (`0200`) or kinds (`void`). */
export function trapAtBank({ world }: Outside, fault: HostFault, messages: readonly string[]): Trap {
  const { faults } = world.simulator.bank.host;
  faults.addNext(fault, messages);
  const planned = faults.view().next.at(-1);
  return { isSprung: () => planned === undefined || !faults.view().next.includes(planned) };
}

/** Sprung once the bank has decided on something more, however late. */
export function trapOfBooking({ world }: Outside): Trap {
  const { host } = world.simulator.bank;
  const before = host.book.nextSequence;
  return { isSprung: () => host.book.nextSequence > before };
}

/** A wallet does this wrong with the next request that the fault is aimed at. */
export function trapAtWallet(
  { world }: Outside,
  wallet: WalletId,
  { kind, operation, count = 1, delayMs = 2_000 * TIME_SCALE }: Partial<Fault> & Pick<Fault, 'kind'>,
): Trap {
  const box = world.simulator.wallets.faults[wallet];
  const fault: Fault = { kind, operation, count, delayMs };
  box.add(fault);
  return { isSprung: () => !box.waiting.includes(fault) };
}

/** Sprung once an order of the wallet was paid after it had been cancelled. */
export function trapOfLateSuccess({ world }: Outside, wallet: WalletId): Trap {
  const from = Date.now();
  const book = world.simulator.wallets.books[wallet];
  const cameLate = ({ createdAt, paidAt, cancelledAt }: ReturnType<typeof book.orders>[number]): boolean =>
    createdAt >= from && paidAt !== null && cancelledAt !== null && paidAt >= cancelledAt;
  return { isSprung: () => book.orders().some(cameLate) };
}

/** Sprung once the platform has taken a notification more of this wallet. */
export function trapOfNews({ world }: Outside, wallet: WalletId): Trap {
  const taken = async (): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${world.simulator.port}/sim/wallets/${wallet}/notifications`);
    const { notifications } = (await response.json()) as { notifications: readonly { readonly state: string }[] };
    return notifications.filter(({ state }) => state === 'taken').length;
  };
  const before = taken();
  return { isSprung: async () => (await taken()) > (await before) };
}

/** Sprung once all of them are. */
export function allOf(...traps: readonly Trap[]): Trap {
  return { isSprung: async () => (await Promise.all(traps.map((trap) => trap.isSprung()))).every(Boolean) };
}
