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
      cell: ({ balanced, state, differences, uploadedRecords }) => (
        <span className="bank-state">
          <Badge tone={balanced ? 'paid' : 'failed'}>{t(balanced ? 'balanced' : 'unbalanced')}</Badge>
          <Badge>{t(state)}</Badge>
          {uploadedRecords > 0 && <Badge>{t('uploaded', { count: uploadedRecords })}</Badge>}
          {differences.length > 0 && <Badge tone="waiting">{t('differences', { count: differences.length })}</Badge>}
        </span>
      ),
    },
  ];
  return (
    <section className="bank-panel">
      <h2>{t('settlements')}</h2>
      {book.settlements.length === 0 ? (
        <p>{t('settlementsEmpty')}</p>
      ) : (
        <BankScroll label={t('settlements')}>
          <Table
            caption={t('settlements')}
            columns={columns}
            rows={book.settlements}
            rowKey={({ terminalId, batchNumber }) => `${terminalId}/${batchNumber}`}
          />
        </BankScroll>
      )}
    </section>
  );
}

/** Domestic and foreign cards together: amount and number of each side. */
function totalsText({ domestic, foreign }: SettlementView['host']): string {
  const side = (minor: number, count: number): string => `${formatDecimal(minor)} (${count})`;
  const debit = side(domestic.debitMinor + foreign.debitMinor, domestic.debitCount + foreign.debitCount);
  return `${debit} / ${side(domestic.creditMinor + foreign.creditMinor, domestic.creditCount + foreign.creditCount)}`;
}
