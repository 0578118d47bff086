import { formatMoney } from '@zhanggui/base';
import { clockTime } from '@zhanggui/ui/clock-time.ts';
import { Icon, type IconName } from '@zhanggui/ui/icon.tsx';
import { Instrument } from '@zhanggui/ui/instrument.tsx';
import type { ReactNode } from 'react';
import type { PaymentEvent } from '../../contract.ts';
import { useText } from '../../texts.ts';
import { reasonWords, stateWords, whyWords } from '../words.ts';
import { Exchanges } from './exchanges.tsx';
import { Postings } from './postings.tsx';
import { type Entry, entriesOf, tookMs } from './timeline-entries.ts';

/** All that happened to a payment, in order: intended, asked, answered, decided, booked, given back. */
export function Timeline({ events }: { readonly events: readonly PaymentEvent[] }) {
  const t = useText();
  const entries = entriesOf(events);
  return (
    <section className="box timeline-box">
      <h2>{t('timeline')}</h2>
      <ol className="timeline num" data-testid="timeline">
        {entries.map((entry, index) => (
          // Entries are only ever added at the end, so their place is their name.
          // biome-ignore lint/suspicious/noArrayIndexKey: see the line above.
          <li key={index} className={`tone-${toneOf(entry)}`} data-kind={entry.kind}>
            <span className="timeline-sign">
              <Icon name={signOf(entry)} size={17} />
            </span>
            <time dateTime={entry.at}>{clockTime(entry.at)}</time>
            <div className="timeline-what">
              <EntryBody entry={entry} />
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function signOf(entry: Entry): IconName {
  if (entry.kind !== 'state') return SIGNS[entry.kind];
  const tone = toneOf(entry);
  return tone === 'paid' ? 'check' : tone === 'failed' ? 'close' : 'clock';
}

const SIGNS: Readonly<Record<Exclude<Entry['kind'], 'state'>, IconName>> = {
  intent: 'plus',
  exchanges: 'repeat',
  postings: 'book',
  refund: 'refund',
  alert: 'alert',
};

const TONES: Readonly<Record<string, 'paid' | 'failed' | 'waiting'>> = {
  succeeded: 'paid',
  failed: 'failed',
  cancelled: 'failed',
};

/** Only states speak in the colours of paid, waiting and failed. */
function toneOf(entry: Entry): 'paid' | 'failed' | 'waiting' | 'neutral' {
  if (entry.kind === 'alert') return 'waiting';
  if (entry.kind === 'state' || entry.kind === 'refund') return TONES[entry.state] ?? 'waiting';
  return 'neutral';
}

function EntryBody({ entry }: { readonly entry: Entry }): ReactNode {
  const t = useText();
  switch (entry.kind) {
    case 'intent':
      return (
        <p>
          <strong>{t('entryIntent')}</strong> {formatMoney(entry.amountMinor)} <Instrument masked={entry.instrument} />
        </p>
      );
    case 'exchanges':
      return (
        <>
          <p>
            <strong>{t('entryExchange')}</strong> <ExchangeWords entry={entry} />
          </p>
          <Exchanges exchanges={entry.exchanges} />
        </>
      );
    case 'state':
      return (
        <p>
          <strong>{stateWords(t, entry.state)}</strong> {entry.why !== '' && whyWords(t, entry.why)}
        </p>
      );
    case 'postings':
      return (
        <>
          <p>
            <strong>{t('entryPosting')}</strong>
          </p>
          <Postings postings={entry.postings} />
        </>
      );
    case 'refund':
      return (
        <>
          <p>
            <strong>{t(refundKey(entry.state))}</strong> {formatMoney(entry.amountMinor)} ·{' '}
            {entry.reason === 'late-approval' ? reasonWords(t, entry.reason) : entry.reason}
          </p>
          <Exchanges exchanges={entry.exchanges} />
        </>
      );
    case 'alert':
      return (
        <p>
          <strong>{t('entryAlert')}</strong> {reasonWords(t, entry.alert)}
        </p>
      );
  }
}

function refundKey(state: string): 'entryRefundAsked' | 'refund_succeeded' | 'refund_failed' | 'refund_pending' {
  if (state === 'created') return 'entryRefundAsked';
  if (state === 'succeeded' || state === 'failed') return `refund_${state}`;
  return 'refund_pending';
}

function ExchangeWords({ entry }: { readonly entry: Extract<Entry, { kind: 'exchanges' }> }) {
  const t = useText();
  const { exchanges } = entry;
  const first = exchanges[0];
  const last = exchanges.at(-1);
  if (first === undefined || last === undefined) return null;
  if (exchanges.length > 1) {
    const until = clockTime((last.answer ?? last.request)?.at ?? entry.at);
    return t('exchangeRepeated', { count: exchanges.length, until });
  }
  if (first.request === undefined) return t('exchangeLate');
  const took = tookMs(first);
  return took === undefined ? t('exchangeSilent') : t('exchangeTook', { count: took });
}
