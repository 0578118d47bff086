import { formatDecimal, formatMoney } from '@zhanggui/base';
import { Button } from '@zhanggui/ui/button.tsx';
import { dateAndTime } from '@zhanggui/ui/clock-time.ts';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { useMethodTitle } from '../../queries.ts';
import { Reading, Trouble } from '../trouble.tsx';
import { type Bill, type BillRow, useBillRows } from './settlement-queries.ts';
import { useSettlementText } from './texts.ts';

/** The rows of a channel's bill, as the channel wrote them, with their totals. */
export function BillDialog({ bill, onClose }: { readonly bill: Bill; readonly onClose: () => void }) {
  const t = useSettlementText();
  const methodTitle = useMethodTitle();
  const list = useBillRows(bill);
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <Dialog
      onClose={onClose}
      title={t('billTitle', { method: methodTitle(bill.method), date: bill.billOn })}
      width="wide"
      testId="bill-dialog"
    >
      {list.error && <Trouble error={list.error} onAgain={list.refetch} />}
      {list.isPending && <Reading />}
      {list.data && <Totals rows={rows} whole={!list.hasNextPage} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls is scrolled by the keyboard, too. */}
      <section className="bill-rows" tabIndex={0} aria-label={t('viewBills')}>
        <Rows rows={rows} />
      </section>
      {list.hasNextPage && (
        <Button wide busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </Dialog>
  );
}

function Totals({ rows, whole }: { readonly rows: readonly BillRow[]; readonly whole: boolean }) {
  const t = useSettlementText();
  const sum = (kind: BillRow['kind']): number =>
    rows.filter((row) => row.kind === kind).reduce((total, { amountMinor }) => total + amountMinor, 0);
  const fees = rows.reduce((total, { feeMinor }) => total + feeMinor, 0);
  return (
    <div className="bill-totals num" data-testid="bill-totals">
      <dl>
        <div>
          <dt>{t('payments')}</dt>
          <dd>{formatMoney(sum('payment'))}</dd>
        </div>
        <div>
          <dt>{t('refunds')}</dt>
          <dd>{formatMoney(sum('refund'))}</dd>
        </div>
        <div>
          <dt>{t('fees')}</dt>
          <dd>{formatMoney(fees)}</dd>
        </div>
      </dl>
      <small>{t(whole ? 'totalsAll' : 'totalsOf', { count: rows.length })}</small>
    </div>
  );
}

function Rows({ rows }: { readonly rows: readonly BillRow[] }) {
  const t = useSettlementText();
  return (
    <table className="zg-table num">
      <caption className="sr-only">{t('viewBills')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('time')}</th>
          <th scope="col">{t('kind')}</th>
          <th scope="col">{t('channelReference')}</th>
          <th scope="col">{t('ourReference')}</th>
          <th scope="col" className="is-figures">
            {t('amount')}
          </th>
          <th scope="col" className="is-figures">
            {t('fee')}
          </th>
          <th scope="col">{t('status')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.position} data-testid="bill-row">
            <td>{dateAndTime(row.at)}</td>
            <td>{t(row.kind === 'payment' ? 'rowPayment' : 'rowRefund')}</td>
            <td>
              <code>{row.channelReference}</code>
            </td>
            <td>
              <code>{row.ourReference}</code>
            </td>
            <td className="is-figures">{formatDecimal(row.kind === 'refund' ? -row.amountMinor : row.amountMinor)}</td>
            <td className="is-figures">{formatDecimal(row.feeMinor)}</td>
            <td>{row.status}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
