import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import { Dice } from './dice.ts';
import type { FaultCase, OutsideFault } from './faults.ts';
import type { Operation, Scene } from './scene.ts';
import { Town } from './shop.ts';
import type { Trap } from './traps.ts';
import { WALLET_OPERATIONS } from './wallet-operations.ts';

/** How large the crowd is. */
export interface CrowdOptions {
  readonly seed: number;
  readonly payments: number;
  readonly inFlight: number;
  report?(done: number): void;
}

/** What came of it. */
export interface CrowdReport {
  readonly payments: number;
  /** By state, refunded ones apart. */
  readonly ends: Readonly<Record<string, number>>;
  readonly faults: number;
  readonly findings: readonly string[];
}

/** How often something goes wrong before a payment; it may hit any of those that are under way. */
const FAULT_CHANCE = 0.15;
const REFUND_CHANCE = 0.2;
const REPORT_EVERY = 500;
const LONGEST_REST_MS = 60_000;

/**
 * Many wallet payments side by side, by payment codes and shown codes, with faults among them and refunds after them. Who does what follows from the seed and the payment's
 * number alone; which payment a fault hits is the machine's.
 */
export async function runCrowd({ seed, payments, inFlight, report }: CrowdOptions): Promise<CrowdReport> {
  const town = await Town.open();
  const dice = new Dice(seed);
  const ends: Record<string, number> = {};
  const findings: string[] = [];
  let next = 0;
  const traps: Trap[] = [];
  const one = async (number: number): Promise<void> => {
    const own = dice.part(number);
    const operation = own.pick(PAYMENTS);
    if (own.chance(FAULT_CHANCE)) traps.push(await arrange(town, operation, own));
    const scene = town.scene(own);
    await (await operation.prepare(scene))();
    let end = await scene.atRest();
    const [payment] = end;
    if (payment?.state === 'succeeded' && own.chance(REFUND_CHANCE)) {
      await giveBack(scene, payment, own);
      end = await scene.atRest();
    }
    for (const { state, refundedMinor } of end) {
      const word = refundedMinor > 0 ? 'refunded' : state;
      ends[word] = (ends[word] ?? 0) + 1;
    }
    findings.push(...scene.findings(end));
    if ((number + 1) % REPORT_EVERY === 0) report?.(number + 1);
  };
  try {
    await Promise.all(
      Array.from({ length: inFlight }, async () => {
        for (let number = next++; number < payments; number = next++) await one(number);
      }),
    );
    const sprung = await Promise.all(traps.map((trap) => trap.isSprung()));
    await town.heal();
    findings.push(...(await town.differences(LONGEST_REST_MS)), ...(await town.findings(LONGEST_REST_MS)));
    return { payments, ends, faults: sprung.filter(Boolean).length, findings };
  } finally {
    await town.close();
  }
}

const PAYMENTS: readonly Operation[] = WALLET_OPERATIONS.filter(({ id }) =>
  ['payment code', 'shown code'].includes(id),
);

/** Something that can go wrong with the operation; what lasts is left to the matrix, which lifts it. */
async function arrange(town: Town, { faults }: Operation, dice: Dice): Promise<Trap> {
  const brief = (fault: FaultCase): fault is OutsideFault =>
    'set' in fault && !fault.id.includes('only') && !fault.id.includes('never finishes');
  return dice.pick(faults.filter(brief)).set(town);
}

async function giveBack(scene: Scene, payment: PaymentView, dice: Dice): Promise<void> {
  const amountMinor = dice.chance(0.5) ? payment.amountMinor : dice.between(1, payment.amountMinor);
  await scene.refund(payment.id, amountMinor)();
}
