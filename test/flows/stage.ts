import { parseDecimal } from '@zhanggui/base';
import { expect } from 'vitest';
import { type ApiClient, ApiProblem } from '../support/api-client.ts';
import type { CustomerWithCards } from '../support/customer.ts';
import type { Auditor } from './auditor.ts';
import type { Step } from './parse-flows.ts';

/** What a table's steps act on, and the names that they gave to things. */
export interface Stage {
  readonly client: ApiClient;
  readonly customer: CustomerWithCards;
  readonly auditor: Auditor;
  readonly shifts: Map<string, string>;
  readonly sales: Map<string, string>;
  readonly payments: Map<string, NamedPayment>;
  readonly refunds: Map<string, { readonly id: string; readonly paymentId: string }>;
  readonly batches: Map<string, string>;
}

/** A payment with the command that made it, so that the same command can be sent again. */
export interface NamedPayment {
  readonly id: string;
  readonly saleId: string;
  readonly method: string;
  readonly amountMinor: number;
  readonly credential: unknown;
  readonly key: string;
}

/** How one word of the field is played. */
export type Play = (stage: Stage, step: Step) => Promise<void>;

/** `T1` is the till `till_1`. */
export function tillOf(name: string): string {
  return `till_${name.replace(/^T/, '')}`;
}

/** Minor units of a table's amount such as `25.99`. */
export function minor(text: string | undefined): number {
  return parseDecimal(text ?? '');
}

/** What a name of the table stands for. */
export function named<Thing>(things: ReadonlyMap<string, Thing>, name: string | undefined): Thing {
  const thing = things.get(name ?? '');
  if (thing === undefined) throw new Error(`nothing is called ${name}`);
  return thing;
}

/** The value after an option's word, such as `at T2`. */
export function option({ args }: Step, word: string): string | undefined {
  const index = args.indexOf(word);
  return index < 0 ? undefined : args[index + 1];
}

/** Holds what came of a step to what the table says; a table may leave out the last words. */
export function hold({ expected }: Step, actual: readonly string[]): void {
  if (expected !== null) expect(actual.slice(0, expected.length)).toEqual(expected);
}

/** Does something that may be refused: its words, or `refused` with the code, are held to the table. */
export async function attempt(step: Step, act: () => Promise<readonly string[]>): Promise<void> {
  try {
    hold(step, await act());
  } catch (error) {
    if (!(error instanceof ApiProblem) || step.expected?.[0] !== 'refused') throw error;
    hold(step, ['refused', error.code]);
  }
}
