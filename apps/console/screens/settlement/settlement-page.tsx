import { Segmented } from '@zhanggui/ui/segmented.tsx';
import { useMay } from '../../queries.ts';
import { replacePlace } from '../../router.ts';
import { Page } from '../page.tsx';
import { BatchesView } from './batches-view.tsx';
import { BillsView } from './bills-view.tsx';
import { useSettlementText } from './texts.ts';
import './settlement.css';

/** Batches with acquirers, which are the shop's, and channels' bills. */
export function SettlementPage({ view }: { readonly view: 'bills' | undefined }) {
  const t = useSettlementText();
  const maySell = useMay('sell');
  const shown = view === 'bills' || !maySell ? 'bills' : 'batches';
  return (
    <Page title={t(maySell ? 'title' : 'viewBills')}>
      {maySell && (
        <div className="settlement-views">
          <Segmented
            label={t('title')}
            value={shown}
            onChange={(next) => replacePlace({ page: 'settlement', ...(next === 'bills' ? { view: next } : {}) })}
            options={[
              { value: 'batches', label: t('viewBatches') },
              { value: 'bills', label: t('viewBills') },
            ]}
          />
        </div>
      )}
      {shown === 'batches' ? <BatchesView /> : <BillsView />}
    </Page>
  );
}
