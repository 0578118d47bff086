import { formatDecimal } from '@zhanggui/base';
import { Badge } from '@zhanggui/ui/chip.tsx';
import { clockTime } from '@zhanggui/ui/clock-time.ts';
import { type Column, Table } from '@zhanggui/ui/table.tsx';
import type { SettlementView } from './bank-api.ts';
import type { PanelProps } from './bank-panel.ts';
import { BankScroll } from './bank-scroll.tsx';
import { useText } from './bank-texts.ts';

/** How batches were settled, newest first. */
export function BankSettlementPanel({ view: { book } }: PanelProps) {
  const t = useText();
  const columns: Column<SettlementView>[] = [
    { id: 'time', head: t('time'), cell: ({ at }) => <span className="num">{clockTime(at)}</span> },
    { id: 'terminal', head: t('terminal'), cell: ({ terminalId }) => <span className="num">{terminalId}</span> },
    { id: 'batch', head: t('batch'), cell: ({ batchNumber }) => <span className="num">{batchNumber}</span> },
    { id: 'theirs', head: t('terminalTotals'), figures: true, cell: ({ terminal }) => totalsText(terminal) },
    { id: 'ours', head: t('hostTotals'), figures: true, cell: ({ host }) => totalsText(host) },
    {
      id: 'state',
      head: t('state'),
      cell: (settlement) => <Verdict settlement={settlement} />,
    },
  ];
  return (
    <section className="bank-panel">
      <h2>{t('settlements')}</h2>
      {book.settlements.length === 0 ? (
        <p>{t('settlementsEmpty')}</p>
      ) : (
        <>
          <BankScroll label={t('settlements')} wideOnly>
            <Table
              caption={t('settlements')}
              columns={columns}
              rows={book.settlements}
              rowKey={({ terminalId, batchNumber }) => `${terminalId}/${batchNumber}`}
            />
          </BankScroll>
          <ul className="bank-entries">
            {book.settlements.map((settlement) => (
              <SettlementItem key={`${settlement.terminalId}/${settlement.batchNumber}`} settlement={settlement} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

interface SettlementProps {
  readonly settlement: SettlementView;
}

/** The same where there is no room for a table. */
function SettlementItem({ settlement }: SettlementProps) {
  const t = useText();
  const { at, terminalId, batchNumber, terminal, host } = settlement;
  return (
    <li>
      <b className="num">
        {terminalId} · {batchNumber}
      </b>
      <Verdict settlement={settlement} />
      <span className="bank-entry-line bank-note">
        {t('terminalTotals')} <span className="num">{totalsText(terminal)}</span>
      </span>
      <span className="bank-entry-line bank-note">
        {t('hostTotals')} <span className="num">{totalsText(host)}</span>
      </span>
      <span className="bank-note num">{clockTime(at)}</span>
    </li>
  );
}

function Verdict({ settlement: { balanced, state, differences, uploadedRecords } }: SettlementProps) {
  const t = useText();
  return (
    <span className="bank-state">
      <Badge tone={balanced ? 'paid' : 'failed'}>{t(balanced ? 'balanced' : 'unbalanced')}</Badge>
      <Badge>{t(state)}</Badge>
      {uploadedRecords > 0 && <Badge>{t('uploaded', { count: uploadedRecords })}</Badge>}
      {differences.length > 0 && <Badge tone="waiting">{t('differences', { count: differences.length })}</Badge>}
    </span>
  );
}

/** Domestic and foreign cards together: amount and number of each side. */
function totalsText({ domestic, foreign }: SettlementView['host']): string {
  const side = (minor: number, count: number): string => `${formatDecimal(minor)} (${count})`;
  const debit = side(domestic.debitMinor + foreign.debitMinor, domestic.debitCount + foreign.debitCount);
  return `${debit} / ${side(domestic.creditMinor + foreign.creditMinor, domestic.creditCount + foreign.creditCount)}`;
}
