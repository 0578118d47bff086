import type { AcquirerRequest, AcquirerTrace } from './api.ts';

/** A request that was given up. */
export type GivenUpRequest = Pick<AcquirerRequest, 'kind' | 'reference' | 'trace'>;
type TraceKey = Pick<AcquirerTrace, 'acquirerId' | 'terminalId' | 'stan'>;

const REMEMBERED = 10_000;

/** Remembers requests without an answer, because their answer may still come on the same connection, to this process. */
export class LateAnswers {
  readonly #givenUp = new Map<string, GivenUpRequest & { readonly correlation: string }>();

  gaveUp(correlation: string, { kind, reference, trace }: GivenUpRequest): void {
    this.#givenUp.set(nameOf(trace), { correlation, kind, reference, trace });
    for (const oldest of this.#givenUp.keys()) {
      if (this.#givenUp.size <= REMEMBERED) break;
      this.#givenUp.delete(oldest);
    }
  }

  /** The given-up request that `correlation` answers; null for a second answer or one of nothing we know. */
  expecting(key: TraceKey, correlation: string): GivenUpRequest | null {
    const known = this.#givenUp.get(nameOf(key));
    return known?.correlation === correlation ? known : null;
  }

  /** Its answer came: another one means nothing. */
  answered(key: TraceKey): void {
    this.#givenUp.delete(nameOf(key));
  }
}

function nameOf({ acquirerId, terminalId, stan }: TraceKey): string {
  return `${acquirerId}/${terminalId}/${stan}`;
}
