import type { Evidence } from '../payments/outcome.ts';
import type { AcquirerRequest, AcquirerTrace, LateAnswer } from './api.ts';

/** A request that was given up, until its fate is certain. */
interface GivenUp extends GivenUpRequest {
  readonly correlation: string;
  /** Set when its approval arrived after all. */
  approval: LateApproval | null;
  /** Set when a reversal of it was answered. */
  reversal: { readonly moneyHadMoved: boolean } | null;
}

/** What a late approval said. */
export interface LateApproval {
  readonly rrn: string | null;
  readonly authorizationCode: string | null;
  readonly evidence: readonly Evidence[];
}

type GivenUpRequest = Pick<AcquirerRequest, 'kind' | 'reference' | 'trace'>;
type TraceKey = Pick<AcquirerTrace, 'acquirerId' | 'terminalId' | 'stan'>;

const REMEMBERED = 10_000;

/**
 * Remembers requests without an answer, because their answer may still come on the same connection. An approval and the
 * answer of the reversal can arrive in either order; only both together say whether the customer's money moved and
 * stayed moved.
 */
export class LateAnswers {
  readonly #givenUp = new Map<string, GivenUp>();

  gaveUp(correlation: string, { kind, reference, trace }: GivenUpRequest): void {
    this.#givenUp.set(nameOf(trace), { correlation, kind, reference, trace, approval: null, reversal: null });
    for (const oldest of this.#givenUp.keys()) {
      if (this.#givenUp.size <= REMEMBERED) break;
      this.#givenUp.delete(oldest);
    }
  }

  /** The trace of the given-up request that `correlation` answers; null for a second answer or one of nothing we know. */
  expecting(key: TraceKey, correlation: string): AcquirerTrace | null {
    const known = this.#givenUp.get(nameOf(key));
    return known?.correlation === correlation ? known.trace : null;
  }

  approved(key: TraceKey, approval: LateApproval): LateAnswer | null {
    const known = this.#givenUp.get(nameOf(key));
    if (known === undefined) return null;
    known.approval = approval;
    return this.#settle(known);
  }

  /** A decline that came late moved no money. */
  declined(key: TraceKey): void {
    this.#givenUp.delete(nameOf(key));
  }

  /** The reversal of the request with this trace was answered definitely. */
  reversed(key: TraceKey, moneyHadMoved: boolean): LateAnswer | null {
    const known = this.#givenUp.get(nameOf(key));
    if (known === undefined) return null;
    known.reversal = { moneyHadMoved };
    return this.#settle(known);
  }

  #settle({ trace, kind, reference, approval, reversal }: GivenUp): LateAnswer | null {
    if (approval === null || reversal === null) return null;
    this.#givenUp.delete(nameOf(trace));
    return { ...approval, kind, reference, reversed: reversal.moneyHadMoved };
  }
}

function nameOf({ acquirerId, terminalId, stan }: TraceKey): string {
  return `${acquirerId}/${terminalId}/${stan}`;
}
