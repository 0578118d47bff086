import { assert, type Clock, Fault, fromHex, toHex } from '@zhanggui/base';
import type { AdviceScope, AdviceStore, ClaimedAdvice, FailedAttempt, StoredRequest } from './advice-store.ts';
import type { AcquirerAnswer, AcquirerRequest, AdviceStatus, RequestKind, ResponseMeaning } from './api.ts';
import type { Credentials } from './credentials.ts';
import { isRefusedForGood } from './response-codes.ts';
import type { TerminalKey } from './store.ts';
import type { Waits } from './waits.ts';

/** What the queue needs of the switch. */
export interface AdviceEnvironment {
  readonly store: AdviceStore;
  readonly clock: Clock;
  readonly credentials: Credentials;
  readonly timeScale: number;
  readonly waits: Pick<Waits, 'adviceMs' | 'adviceLeaseMs'>;
  ask(request: AcquirerRequest): Promise<AcquirerAnswer>;
  meaningOf(acquirerId: string, responseCode: string): ResponseMeaning;
  /** Told of each message that the acquirer has taken or definitely refused. */
  onEnded?(end: AdviceEnd): Promise<void>;
  /** Told once of each message that has failed so often that people must look; it is repeated all the same. */
  onQuarantine?(advice: Pick<AdviceStatus, 'reference' | 'kind'> & { readonly cause: string }): void;
}

/** How a stored message ended. */
export interface AdviceEnd {
  readonly reference: string;
  readonly kind: RequestKind;
  readonly state: 'done' | 'refused';
  readonly responseCode: string;
}

/** What a batch counts. */
const MONEY: readonly RequestKind[] = ['offline-sale', 'offline-adjustment', 'completion-advice'];
const LANES_AT_ONCE = 8;
const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 600_000;
const QUARANTINE_AFTER = 8;
const QUARANTINE_DELAY_MS = 3_600_000;

/**
 * Stores messages and forwards them until the acquirer has them. Each terminal is a lane in which one message is sent at
 * a time; one that fails waits by itself and lets those behind it pass. Nothing here ends by ageing.
 */
export class AdviceQueue {
  readonly #environment: AdviceEnvironment;
  /** What is under way, by acquirer. */
  readonly #working = new Map<string, Set<Promise<void>>>();
  #stopped = false;

  constructor(environment: AdviceEnvironment) {
    this.#environment = environment;
  }

  /** Stores the request durably; it goes out with the next `drain`. */
  async enqueue({ chip, signature, answerBy: _, card, ...request }: AcquirerRequest): Promise<void> {
    const { store, clock, credentials } = this.#environment;
    assert('vaulted' in card, 'a stored message has a vaulted card');
    const sealed = {
      ...(chip === undefined ? {} : { sealedChip: await credentials.sealChip(fromHex(chip)) }),
      ...(signature === undefined ? {} : { signature: await credentials.sealSignature(fromHex(signature)) }),
    };
    await store.add({ ...request, card, ...sealed }, clock.now());
  }

  /** Sends what may be sent now. Each acquirer's messages have room of their own: a slow host holds up no other's. */
  async drain(): Promise<void> {
    const { store, clock } = this.#environment;
    const due = this.#stopped ? [] : await store.lanesDue(clock.now());
    await Promise.all(
      due.flatMap(({ acquirerId, lanes }) => {
        const working = this.#workingAt(acquirerId);
        return Array.from({ length: Math.min(lanes, LANES_AT_ONCE - working.size) }, () => {
          const lane = this.#work({ acquirerId }).finally(() => working.delete(lane));
          working.add(lane);
          return lane;
        });
      }),
    );
  }

  /** Takes up nothing more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled([...this.#working.values()].flatMap((lanes) => [...lanes]));
  }

  /** Tries each waiting message of one terminal once, and tells how many of those that move money still wait. */
  async flush(terminal: TerminalKey): Promise<number> {
    await this.#work({ terminal, allUntriedSinceMs: this.#environment.clock.now() });
    return this.#environment.store.waitingOf(terminal, MONEY);
  }

  /** Tries each waiting message of `reference` once, now. */
  retry(reference: string): Promise<void> {
    return this.#work({ reference, allUntriedSinceMs: this.#environment.clock.now() });
  }

  #workingAt(acquirerId: string): Set<Promise<void>> {
    const working = this.#working.get(acquirerId) ?? new Set();
    this.#working.set(acquirerId, working);
    return working;
  }

  async #work(scope: AdviceScope): Promise<void> {
    for (let claimed = await this.#claim(scope); claimed !== null; claimed = await this.#claim(scope))
      await this.#send(claimed);
  }

  async #claim(scope: AdviceScope): Promise<ClaimedAdvice | null> {
    const { store, clock, waits } = this.#environment;
    return this.#stopped ? null : store.claim(clock.now(), waits.adviceLeaseMs, scope);
  }

  async #send(claimed: ClaimedAdvice): Promise<void> {
    const { store, clock } = this.#environment;
    try {
      await this.#ask(claimed);
    } catch (error) {
      // What cannot even be asked must not stand in the way of what is behind it.
      const cause = error instanceof Fault ? error.code : 'it could not be asked';
      await this.#postpone(claimed, { cause, responseCode: null, notTaken: false });
      throw error;
    } finally {
      await store.free(claimed.request.trace, clock.now());
    }
  }

  async #ask(claimed: ClaimedAdvice): Promise<void> {
    const { clock, waits, ask, meaningOf } = this.#environment;
    const answer = await ask({
      ...(await this.#requestOf(claimed.request)),
      answerBy: clock.now() + waits.adviceMs,
    });
    if (answer.kind !== 'answered') {
      const cause = answer.kind === 'invalid-mac' ? 'wrong MAC' : answer.cause;
      await this.#postpone(claimed, { cause, responseCode: null, notTaken: answer.kind === 'not-sent' });
      return;
    }
    const { responseCode } = answer;
    const meaning = meaningOf(claimed.request.trace.acquirerId, responseCode);
    // The host knows the number: it is this message only where an earlier attempt may have reached it.
    const arrived = meaning.approved || (meaning.duplicate && claimed.mayHaveArrived);
    const { rrn, authorizationCode, hostOn } = answer;
    const told = { responseCode, answer: arrived ? { rrn, authorizationCode, hostOn } : null };
    if (arrived) await this.#end(claimed, 'done', told);
    else if (isRefusedForGood(meaning)) await this.#end(claimed, 'refused', told);
    else await this.#postpone(claimed, { cause: `answered ${responseCode}`, responseCode, notTaken: true });
  }

  async #requestOf({ signature, ...request }: StoredRequest): Promise<AcquirerRequest> {
    if (signature === undefined) return request;
    return { ...request, signature: toHex(await this.#environment.credentials.openSignature(signature)) };
  }

  /** Others are told before it is written: if this process dies between, they are told again. */
  async #end(
    { sequence, request }: ClaimedAdvice,
    state: AdviceEnd['state'],
    told: Parameters<AdviceStore['end']>[2],
  ): Promise<void> {
    const { store, clock, onEnded } = this.#environment;
    const { reference, kind } = request;
    await onEnded?.({ reference, kind, state, responseCode: told.responseCode });
    await store.end(sequence, state, told, clock.now());
  }

  async #postpone(claimed: ClaimedAdvice, attempt: FailedAttempt): Promise<void> {
    const { store, clock, timeScale, onQuarantine } = this.#environment;
    const now = clock.now();
    const { sequence, request, attempts, quarantined } = claimed;
    const isNew = !quarantined && attempts >= QUARANTINE_AFTER;
    const delayMs = quarantined || isNew ? QUARANTINE_DELAY_MS : delayAfter(attempts);
    const quarantinedMs = isNew ? now : null;
    await store.postpone(sequence, attempt, { nextMs: now + delayMs * timeScale, quarantinedMs });
    if (isNew) onQuarantine?.({ reference: request.reference, kind: request.kind, cause: attempt.cause });
  }
}

function delayAfter(attempts: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** (attempts - 1), LONGEST_DELAY_MS);
}
