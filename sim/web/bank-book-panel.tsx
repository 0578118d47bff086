import { formatMoney } from '@zhanggui/base';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Badge, Chip, type Tone } from '@zhanggui/ui/chip.tsx';
import { clockTime } from '@zhanggui/ui/clock-time.ts';
import { type Column, Table } from '@zhanggui/ui/table.tsx';
import type { BookEntry } from './bank-api.ts';
import type { PanelProps } from './bank-panel.ts';
import { BankScroll } from './bank-scroll.tsx';
import { useText } from './bank-texts.ts';

const TONES: Readonly<Record<BookEntry['state'], Tone>> = {
  approved: 'paid',
  declined: 'failed',
  reversed: 'neutral',
  voided: 'neutral',
  completed: 'indigo',
};

/** Every decision, newest first. */
export function BankBookPanel({ view: { book } }: PanelProps) {
  const t = useText();
  const columns: Column<BookEntry>[] = [
    { id: 'time', head: t('time'), cell: ({ at }) => <span className="num">{clockTime(at)}</span> },
    { id: 'kind', head: t('kind'), cell: ({ kind }) => t(kind) },
    { id: 'card', head: t('card'), cell: ({ maskedPan }) => <span className="num">{maskedPan}</span> },
    { id: 'amount', head: t('amount'), figures: true, cell: ({ amountMinor }) => <Amount minor={amountMinor} /> },
    {
      id: 'state',
      head: t('state'),
      cell: (entry) => <State entry={entry} />,
    },
    {
      id: 'trace',
      head: t('trace'),
      cell: ({ terminalId, stan }) => (
        <span className="num">
          {terminalId} · {stan}
        </span>
      ),
    },
    { id: 'reference', head: t('reference'), cell: ({ rrn }) => <span className="num">{rrn}</span> },
  ];
  return (
    <section className="bank-panel">
      <h2>{t('book')}</h2>
      <div className="bank-row">
        <Chip tone="paid">{t('taken', { amount: formatMoney(book.sums.takenMinor) })}</Chip>
        <Chip tone="indigo">{t('heldSum', { amount: formatMoney(book.sums.heldMinor) })}</Chip>
      </div>
      {book.authorizations.length === 0 ? (
        <p>{t('bookEmpty')}</p>
      ) : (
        <>
          <BankScroll label={t('book')} wideOnly>
            <Table
              caption={t('book')}
              columns={columns}
              rows={book.authorizations}
              rowKey={({ sequence }) => String(sequence)}
            />
          </BankScroll>
          <ul className="bank-entries">
            {book.authorizations.map((entry) => (
              <EntryItem key={entry.sequence} entry={entry} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** The same where there is no room for a table. */
function EntryItem({ entry }: { readonly entry: BookEntry }) {
  const t = useText();
  const { at, kind, maskedPan, amountMinor, terminalId, stan, rrn } = entry;
  return (
    <li>
      <span className="bank-entry-line">
        <b>{t(kind)}</b>
        <Amount minor={amountMinor} />
      </span>
      <State entry={entry} />
      <span className="bank-note num">
        {clockTime(at)} · {maskedPan}
      </span>
      <span className="bank-note num">
        {terminalId} · {stan} · {rrn}
      </span>
    </li>
  );
}

function State({ entry }: { readonly entry: BookEntry }) {
  const t = useText();
  const { state, responseCode, why, refundedMinor, requestedMinor } = entry;
  return (
    <span className="bank-state">
      <Badge tone={TONES[state]}>{t(state)}</Badge>
      <span className="num">{responseCode}</span>
      {why !== undefined && <span className="bank-note">{t(`why-${why}`)}</span>}
      {requestedMinor !== undefined && <Badge>{t('asked', { amount: formatMoney(requestedMinor) })}</Badge>}
      {refundedMinor > 0 && <Badge>{t('refunded', { amount: formatMoney(refundedMinor) })}</Badge>}
    </span>
  );
}
