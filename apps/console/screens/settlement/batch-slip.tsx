import { formatMoney } from '@zhanggui/base';
import type { BatchView } from '@zhanggui/modules/settlement/api.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { dateAndTime } from '@zhanggui/ui/clock-time.ts';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { nameIn, useLanguage } from '@zhanggui/ui/language.ts';
import { useSession, useTillName } from '../../queries.ts';
import { useSettlementText } from './texts.ts';

const KINDS = [
  'sale',
  'completion',
  'completion-advice',
  'offline-sale',
  'refund',
  'void',
  'completion-void',
  'qr-sale',
] as const;

/** The slip of a batch as paper shows it: one line a kind of transaction, by group of cards. */
export function BatchSlip({ batch, onClose }: { readonly batch: BatchView; readonly onClose: () => void }) {
  const t = useSettlementText();
  const language = useLanguage();
  const tillName = useTillName();
  const { store } = useSession();
  return (
    <Dialog onClose={onClose} title={t('slipTitle')} width="narrow" testId="batch-slip">
      <article className="slip num">
        <header>
          <strong>{nameIn(language, store)}</strong>
          <span>{tillName(batch.tillId)}</span>
          {batch.acceptorId !== null && <span>{t('merchant', { merchant: batch.acceptorId })}</span>}
          <span>{t('terminal', { terminal: batch.terminalId })}</span>
          <span>{t('batch', { number: batch.batchNumber })}</span>
          {batch.endedAt !== null && <span>{dateAndTime(batch.endedAt)}</span>}
        </header>
        {batch.byKind.length === 0 && <p>{t('noKinds')}</p>}
        {[true, false].map((domestic) => (
          <Part key={String(domestic)} batch={batch} domestic={domestic} />
        ))}
        <footer>
          {batch.settlementOn !== null && <span>{t('settlementOn', { date: batch.settlementOn })}</span>}
          {batch.nextBatchNumber !== null && <span>{t('nextBatch', { number: batch.nextBatchNumber })}</span>}
        </footer>
      </article>
      <Button kind="primary" icon="print" wide onClick={() => print()} data-testid="print-slip">
        {t('print')}
      </Button>
    </Dialog>
  );
}

function Part({ batch, domestic }: { readonly batch: BatchView; readonly domestic: boolean }) {
  const t = useSettlementText();
  const rows = batch.byKind.filter((row) => row.domestic === domestic);
  const verdict = batch.verdict[domestic ? 'domestic' : 'foreign'];
  if (rows.length === 0) return null;
  return (
    <table>
      <caption>
        {t(domestic ? 'domestic' : 'foreign')}
        {verdict !== null && ` · ${t(`verdict_${verdict}`)}`}
      </caption>
      <thead>
        <tr>
          <th scope="col">{t('kind')}</th>
          <th scope="col">{t('count')}</th>
          <th scope="col">{t('amount')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ kind, count, amountMinor }) => {
          const known = KINDS.find((one) => one === kind);
          return (
            <tr key={kind}>
              <td>{known === undefined ? kind : t(`kind_${known}`)}</td>
              <td>{count}</td>
              <td>{formatMoney(amountMinor)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
