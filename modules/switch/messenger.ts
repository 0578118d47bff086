import { type Clock, Fault } from '@zhanggui/base';
import type { KeyVault } from '../keys/vault.ts';
import type { Evidence } from '../payments/outcome.ts';
import type { AcquirerTrace } from './api.ts';
import type { AcquirerDialect, DraftMessage } from './dialect.ts';
import { workingKey } from './key-names.ts';
import type { AcquirerLink } from './link.ts';

/** One acquirer: its dialect and its line. */
export interface AcquirerLine {
  readonly dialect: AcquirerDialect;
  readonly link: AcquirerLink;
}

/** What became of a message: its answer as bytes, or why there is none. */
export type Carried =
  | { readonly kind: 'answer'; readonly message: Uint8Array; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'not-sent' | 'silent'; readonly cause: string; readonly evidence: readonly Evidence[] };

/** The same of a message that is sealed first; without working keys it is not made. */
export type Sent =
  | Carried
  | { readonly kind: 'no-keys'; readonly cause: string; readonly evidence: readonly Evidence[] };

/** What an answer must tell of itself to be believed. */
export interface AnswerMarks {
  readonly responseCode: string;
  readonly terminalId: string;
  readonly stan: string;
  readonly mac: Uint8Array | null;
}

/** Puts the MAC into messages, carries them, and tells whether an answer is the acquirer's own. */
export class Messenger {
  readonly #vault: KeyVault;
  readonly #clock: Clock;

  constructor(vault: KeyVault, clock: Clock) {
    this.#vault = vault;
    this.#clock = clock;
  }

  /** @throws Fault `key-missing` while the terminal has no working keys. */
  async seal({ dialect }: AcquirerLine, trace: AcquirerTrace, unsigned: Uint8Array): Promise<Uint8Array> {
    const key = workingKey(trace.acquirerId, trace.terminalId, 'mac');
    const mac = await this.#vault.generateMac(key, dialect.macAlgorithm, dialect.macInput(unsigned));
    return dialect.withMac(unsigned, mac);
  }

  /** Sends a message that is whole and waits for its answer. */
  async carry({ dialect, link }: AcquirerLine, message: Uint8Array, timeoutMs: number): Promise<Carried> {
    const asked = evidenceOf('request', this.#clock.now(), dialect, message);
    const came = await link.request(message, dialect.correlationOf(message) ?? '', timeoutMs);
    if (came.kind === 'not-sent') return { ...came, evidence: [] };
    if (came.kind === 'silent') return { ...came, evidence: [asked] };
    const seen = evidenceOf('answer', this.#clock.now(), dialect, came.message);
    return { ...came, evidence: [asked, seen] };
  }

  /** Seals a draft where it wants a MAC, and carries it. */
  async send(line: AcquirerLine, trace: AcquirerTrace, draft: DraftMessage, timeoutMs: number): Promise<Sent> {
    try {
      const message = draft.mac ? await this.seal(line, trace, draft.message) : draft.message;
      return await this.carry(line, message, timeoutMs);
    } catch (error) {
      if (error instanceof Fault && error.code === 'key-missing')
        return { kind: 'no-keys', cause: 'the terminal has no working keys', evidence: [] };
      throw error;
    }
  }

  /**
   * Whether the acquirer made this answer. One without a MAC is believed only where the acquirer could not make one, as it
   * refuses and demands a sign-on, or never makes one for a refusal. An approval without a MAC is never believed.
   */
  async isAuthentic(
    dialect: AcquirerDialect,
    trace: AcquirerTrace,
    answer: AnswerMarks,
    message: Uint8Array,
  ): Promise<boolean> {
    if (answer.terminalId !== trace.terminalId || answer.stan !== trace.stan) return false;
    if (answer.mac === null) {
      const { approved, demandsSignOn } = dialect.meaningOf(answer.responseCode);
      return demandsSignOn || (!approved && dialect.refusesWithoutMac === true);
    }
    const key = workingKey(trace.acquirerId, trace.terminalId, 'mac');
    try {
      return await this.#vault.verifyMac(key, dialect.macAlgorithm, dialect.macInput(message), answer.mac);
    } catch (error) {
      // A failed sign-on has deleted the keys while the answer was on its way; it cannot be believed any more.
      if (error instanceof Fault && error.code === 'key-missing') return false;
      throw error;
    }
  }
}

/** A masked account of one message. */
export function evidenceOf(
  direction: Evidence['direction'],
  at: number,
  dialect: AcquirerDialect,
  message: Uint8Array,
): Evidence {
  return { direction, at, title: dialect.titleOf(message), text: dialect.describe(message) };
}
