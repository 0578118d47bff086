import type { Clock } from '@zhanggui/base';
import type { KeyVault } from '../../keys/vault.ts';
import type { LateAnswer } from '../api.ts';
import type { AcquirerDialect } from '../dialect.ts';
import { CardExchange } from '../exchange.ts';
import { LineMonitor } from '../line-monitor.ts';
import type { LinkConfig, LinkEvents } from '../link.ts';
import type { AcquirerLine } from '../messenger.ts';
import type { SwitchStores } from '../stores.ts';
import type { ExchangeEnvironment } from '../switch-parts.ts';
import { ShortLink } from './short-link.ts';
import { TcpLink } from './tcp-link.ts';

const LINE_TEST_MS = 60_000;
const FORWARD_MS = 1_000;

/** One acquirer: what it speaks and where it is. */
export interface AcquirerConfig {
  readonly acquirerId: string;
  readonly dialect: AcquirerDialect;
  readonly link: LinkConfig;
}

/** What the switch needs of the world. */
export interface SwitchEnvironment
  extends Pick<ExchangeEnvironment, 'beginReversals' | 'serialOf' | 'onAdviceEnded' | 'onQuarantine' | 'timeScale'> {
  readonly stores: SwitchStores;
  readonly vault: KeyVault;
  readonly clock: Clock;
  onLateAnswer(answer: LateAnswer): Promise<void>;
  /** Delay between two tests of a line; a minute where it is absent. */
  readonly lineTestMs?: number;
  /** Delay between two looks for stored messages whose time has come; a second where it is absent. */
  readonly forwardMs?: number;
  /** Told when a line comes up or goes down, and of what arrived and could not be used. */
  report(event: LineEvent): void;
}

/** What happened on a line; holds nothing of a message's content. */
export interface LineEvent {
  /** Null for what concerns no acquirer alone. */
  readonly acquirerId: string | null;
  readonly kind:
    | 'connected'
    | 'lost'
    | 'unreadable'
    | 'late-answer-failed'
    | 'line-test-failed'
    | 'forwarding-failed'
    | 'clock-differs';
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

/** A configured line. */
interface OpenLine extends AcquirerLine {
  readonly link: LineMonitor;
}

/** Opens the switch without a line. */
export function openSwitch(environment: SwitchEnvironment): Switch {
  const { clock, report } = environment;
  const lines = new Map<string, OpenLine>();
  const exchange = new CardExchange({
    ...environment,
    lineOf: (acquirerId) => lines.get(acquirerId),
    lineHealth: () => new Map([...lines].map(([acquirerId, { link }]) => [acquirerId, link.health()])),
    onClockDifference: (acquirerId, differenceMs) =>
      report({ acquirerId, kind: 'clock-differs', detail: `${differenceMs} ms` }),
  });
  const forward = (): void => {
    exchange
      .forwardAdvices()
      .catch((error: unknown) => report({ acquirerId: null, kind: 'forwarding-failed', detail: String(error) }));
  };
  const test = (): void => {
    for (const acquirerId of lines.keys())
      exchange
        .testLine(acquirerId)
        .catch((error: unknown) => report({ acquirerId, kind: 'line-test-failed', detail: String(error) }));
  };
  const timers = [
    setInterval(test, environment.lineTestMs ?? LINE_TEST_MS),
    setInterval(forward, environment.forwardMs ?? FORWARD_MS),
  ];
  for (const timer of timers) timer.unref();
  return {
    exchange,
    connect(acquirers) {
      for (const acquirer of acquirers) {
        const link = openLink(exchange, clock, report, acquirer);
        lines.set(acquirer.acquirerId, { dialect: acquirer.dialect, link });
      }
    },
    connected: (acquirerId) => lines.get(acquirerId)?.link.connected() ?? false,
    async close() {
      for (const timer of timers) clearInterval(timer);
      await exchange.stopForwarding();
      await Promise.all([...lines.values()].map(({ link }) => link.close()));
    },
  };
}

function openLink(
  exchange: CardExchange,
  clock: Clock,
  report: SwitchEnvironment['report'],
  { acquirerId, dialect, link: config }: AcquirerConfig,
): LineMonitor {
  const events: LinkEvents = {
    correlationOf: dialect.correlationOf,
    onLateAnswer(correlation, message) {
      exchange
        .lateAnswer(acquirerId, correlation, message)
        .catch((error: unknown) => report({ acquirerId, kind: 'late-answer-failed', detail: String(error) }));
    },
    onUnreadable: (message) => report({ acquirerId, kind: 'unreadable', detail: `${message.length} bytes` }),
    onState(connected, cause) {
      if (connected) monitor.reconnected();
      report({ acquirerId, kind: connected ? 'connected' : 'lost', detail: cause });
    },
  };
  const Link = config.connection === 'short' ? ShortLink : TcpLink;
  const monitor = new LineMonitor(new Link(config, dialect.framing, events), clock, config);
  return monitor;
}
