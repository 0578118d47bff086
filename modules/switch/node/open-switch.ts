import type { Clock } from '@zhanggui/base';
import type { KeyVault } from '../../keys/vault.ts';
import type { LateAnswer } from '../api.ts';
import type { AcquirerDialect } from '../dialect.ts';
import { CardExchange } from '../exchange.ts';
import type { LinkConfig } from '../link.ts';
import type { AcquirerLine } from '../sign-on.ts';
import type { SwitchStore } from '../store.ts';
import { TcpLink } from './tcp-link.ts';

const LINE_TEST_MS = 60_000;

/** One acquirer: what it speaks and where it is. */
export interface AcquirerConfig {
  readonly acquirerId: string;
  readonly dialect: AcquirerDialect;
  readonly link: LinkConfig;
}

/** What the switch needs of the world. */
export interface SwitchEnvironment {
  readonly store: SwitchStore;
  readonly vault: KeyVault;
  readonly clock: Clock;
  onLateAnswer(answer: LateAnswer): void;
  /** Delay between two tests of a line; a minute where it is absent. */
  readonly lineTestMs?: number;
  /** Told when a line comes up or goes down, and of what arrived and could not be used. */
  report(event: LineEvent): void;
}

/** What happened on a line; holds nothing of a message's content. */
export interface LineEvent {
  readonly acquirerId: string;
  readonly kind: 'connected' | 'lost' | 'unreadable' | 'late-answer-failed' | 'line-test-failed' | 'clock-differs';
  readonly detail: string;
}

/** The switch at work: one line an acquirer. */
export interface Switch {
  readonly exchange: CardExchange;
  /** Makes the lines of these acquirers; they connect with their first request, such as `exchange.signOnAll()`. */
  connect(acquirers: readonly AcquirerConfig[]): void;
  /** Whether the line to an acquirer stands. */
  connected(acquirerId: string): boolean;
  close(): Promise<void>;
}

/** Opens the switch without a line. */
export function openSwitch(environment: SwitchEnvironment): Switch {
  const { store, vault, clock, onLateAnswer, report } = environment;
  const lines = new Map<string, AcquirerLine>();
  const lineOf = (acquirerId: string) => lines.get(acquirerId);
  const exchange = new CardExchange({
    store,
    vault,
    clock,
    lineOf,
    onLateAnswer,
    onClockDifference: (acquirerId, differenceMs) =>
      report({ acquirerId, kind: 'clock-differs', detail: `${differenceMs} ms` }),
  });
  const testing = setInterval(() => {
    for (const acquirerId of lines.keys())
      exchange
        .testLine(acquirerId)
        .catch((error: unknown) => report({ acquirerId, kind: 'line-test-failed', detail: String(error) }));
  }, environment.lineTestMs ?? LINE_TEST_MS);
  testing.unref();
  return {
    exchange,
    connect(acquirers) {
      for (const { acquirerId, dialect, link } of acquirers)
        lines.set(acquirerId, { dialect, link: openLink(exchange, report, { acquirerId, dialect, link }) });
    },
    connected: (acquirerId) => lines.get(acquirerId)?.link.connected() ?? false,
    async close() {
      clearInterval(testing);
      await Promise.all([...lines.values()].map(({ link }) => link.close()));
    },
  };
}

function openLink(
  exchange: CardExchange,
  report: SwitchEnvironment['report'],
  { acquirerId, dialect, link }: AcquirerConfig,
): TcpLink {
  return new TcpLink(link, dialect.framing, {
    correlationOf: dialect.correlationOf,
    onLateAnswer(correlation, message) {
      exchange
        .lateAnswer(acquirerId, correlation, message)
        .catch((error: unknown) => report({ acquirerId, kind: 'late-answer-failed', detail: String(error) }));
    },
    onUnreadable: (message) => report({ acquirerId, kind: 'unreadable', detail: `${message.length} bytes` }),
    onState: (connected, cause) => report({ acquirerId, kind: connected ? 'connected' : 'lost', detail: cause }),
  });
}
