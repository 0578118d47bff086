import type { Clock } from '@zhanggui/base';
import type { KeyVault } from '../keys/vault.ts';
import { type AdviceEnd, type AdviceEnvironment, AdviceQueue } from './advice.ts';
import type { Exchange, LateAnswer } from './api.ts';
import { CardRanges } from './card-ranges.ts';
import { BatchCloser } from './close-batch.ts';
import { Credentials } from './credentials.ts';
import type { LineHealth } from './line-monitor.ts';
import { Management } from './management.ts';
import { type AcquirerLine, Messenger } from './messenger.ts';
import { RequestMessages } from './request-message.ts';
import { Reservations } from './reservations.ts';
import { SignOn } from './sign-on.ts';
import type { SwitchStores } from './stores.ts';
import { scaledWaits } from './waits.ts';

/** What the exchange stands on. */
export interface ExchangeEnvironment {
  readonly stores: SwitchStores;
  readonly vault: KeyVault;
  readonly clock: Clock;
  /** The line of an acquirer; undefined for one that is not configured. */
  lineOf(acquirerId: string): AcquirerLine | undefined;
  /** How each configured line does. */
  lineHealth(): ReadonlyMap<string, LineHealth>;
  /** What the device at a till says of itself at a sign-on: network licence and serial number. */
  readonly serialOf?: (tillId: string) => Promise<string | null>;
  /** Told when an acquirer's clock and ours differ by more than a minute; positive when the host is ahead. */
  onClockDifference?(acquirerId: string, differenceMs: number): void;
  /** Writes down an approval that came after its request was given up, once its fate is certain; it may be told twice. */
  onLateAnswer(answer: LateAnswer): Promise<void>;
  /**
   * Begins to send each reversal that a till owes its acquirer once, before its next request goes out. Resolves with what is
   * under way; none of it rejects.
   */
  beginReversals?(tillId: string): Promise<readonly Promise<void>[]>;
  /** Told of each stored message that the acquirer has taken or definitely refused. */
  onAdviceEnded?(end: AdviceEnd): Promise<void>;
  readonly onQuarantine?: AdviceEnvironment['onQuarantine'];
  /** Shortens the waits for hosts and the delays between two tries, for tests; 1 unless told. */
  readonly timeScale?: number;
}

/** The switch's parts, put together. */
export interface SwitchParts {
  readonly environment: ExchangeEnvironment;
  readonly credentials: Credentials;
  readonly messenger: Messenger;
  readonly messages: RequestMessages;
  readonly reservations: Reservations;
  readonly signOn: SignOn;
  readonly management: Management;
  readonly advices: AdviceQueue;
  readonly closer: BatchCloser;
}

/** Puts the parts together; stored messages go out through the exchange's own `ask`. */
export function assemble(environment: ExchangeEnvironment, exchange: Pick<Exchange, 'ask' | 'meaningOf'>): SwitchParts {
  const { stores, vault, clock } = environment;
  const store = stores.terminals;
  const waits = scaledWaits(environment.timeScale ?? 1);
  const credentials = new Credentials(vault);
  const messenger = new Messenger(vault, clock);
  const signOn = new SignOn({
    store,
    vault,
    clock,
    waits,
    onDemand: (key, demand) => management.noteDemand(key, demand),
    ...(environment.serialOf === undefined ? {} : { serialOf: environment.serialOf }),
    ...(environment.onClockDifference === undefined ? {} : { onClockDifference: environment.onClockDifference }),
  });
  const shared = { store, clock, waits, messenger, signOn, credentials };
  const management = new Management({
    ...shared,
    downloads: stores.downloads,
    waitingAdvices: (key) => stores.advices.waitingOf(key),
  });
  const advices = new AdviceQueue({
    ...shared,
    store: stores.advices,
    timeScale: environment.timeScale ?? 1,
    ask: (request) => exchange.ask(request),
    meaningOf: (acquirerId, responseCode) => exchange.meaningOf(acquirerId, responseCode),
    onEnded: (end) => adviceEnded(environment, end),
    ...(environment.onQuarantine === undefined ? {} : { onQuarantine: environment.onQuarantine }),
  });
  const closer = new BatchCloser({
    ...shared,
    closes: stores.closes,
    settleReversals: ({ tillId }) => settleReversals(environment, tillId),
    flushAdvices: (terminal) => advices.flush(terminal),
    noteDemand: (key, demand) => management.noteDemand(key, demand),
    signOff: (line, key) => management.signOff(line, key),
  });
  const reservations = new Reservations(credentials, new CardRanges(stores.downloads, clock));
  const messages = new RequestMessages(vault, credentials, messenger);
  return { environment, credentials, messenger, messages, reservations, signOn, management, advices, closer };
}

/**
 * Tries what a till owes, and tells whether there was anything; a host that is silent to a reversal keeps the next customer
 * waiting for a moment only.
 */
export async function settleReversals(
  { clock, beginReversals, timeScale = 1 }: ExchangeEnvironment,
  tillId: string,
): Promise<boolean> {
  const underWay = (await beginReversals?.(tillId)) ?? [];
  if (underWay.length === 0) return false;
  await Promise.race([Promise.all(underWay), clock.sleep(scaledWaits(timeScale).reversalMs)]);
  return true;
}

/** The host has the payment or has refused it: it needs no more room under the limits. */
async function adviceEnded({ stores, clock, onAdviceEnded }: ExchangeEnvironment, end: AdviceEnd): Promise<void> {
  if (end.kind === 'offline-sale') await stores.offline.release(end.reference, clock.now());
  await onAdviceEnded?.(end);
}
