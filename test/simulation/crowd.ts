import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import { Dice } from './dice.ts';
import { FAULTS, type FaultCase, faultsOfShownCodes } from './faults.ts';
import { OPERATIONS } from './operations.ts';
import type { Operation } from './scene.ts';
import { Town } from './shop.ts';

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
  let faults = 0;
  const one = async (number: number): Promise<void> => {
    const own = dice.part(number);
    const operation = own.pick(WALLET_PAYMENTS);
    if (own.chance(FAULT_CHANCE)) {
      faults += 1;
      await arrange(town, operation, own);
    }
    const scene = town.scene(own);
    await (await operation.prepare(scene))();
    const [payment] = await scene.atRest();
    if (payment?.state === 'succeeded' && own.chance(REFUND_CHANCE)) await giveBack(town, scene, payment, own);
    const end = (await scene.atRest()).map(({ state, refundedMinor }) => (refundedMinor > 0 ? 'refunded' : state));
    for (const state of end) ends[state] = (ends[state] ?? 0) + 1;
    findings.push(...scene.findings(await scene.atRest()));
    if ((number + 1) % REPORT_EVERY === 0) report?.(number + 1);
  };
  try {
    await Promise.all(
      Array.from({ length: inFlight }, async () => {
        for (let number = next++; number < payments; number = next++) await one(number);
      }),
    );
    await town.heal();
    findings.push(...(await town.findings(LONGEST_REST_MS)));
    return { payments, ends, faults, findings };
  } finally {
    await town.close();
  }
}

const WALLET_PAYMENTS: readonly Operation[] = OPERATIONS.filter(
  ({ channel, id }) => channel !== 'card' && !id.includes('refund'),
);

/** A fault of the operation's channel; those that last are left to the matrix, which lifts them. */
async function arrange(town: Town, { channel, aims }: Operation, dice: Dice): Promise<void> {
  const brief = ({ id }: FaultCase): boolean => !id.includes('only') && !id.includes('never finishes');
  const fault = dice.pick([...FAULTS[channel], ...faultsOfShownCodes(channel)].filter(brief));
  if (fault.kind === 'outside') await fault.arrange(town, aims);
}

async function giveBack(town: Town, scene: ReturnType<Town['scene']>, payment: PaymentView, dice: Dice): Promise<void> {
  const amountMinor = dice.chance(0.5) ? payment.amountMinor : dice.between(1, payment.amountMinor);
  await town.scene(dice).refund(payment.id, amountMinor)();
  await scene.rest(payment.id);
}
