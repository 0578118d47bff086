import { ApiProblem } from '@zhanggui/ui/api-client.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { Chip, type Tone } from '@zhanggui/ui/chip.tsx';
import { dateAndTime } from '@zhanggui/ui/clock-time.ts';
import { EmptyState } from '@zhanggui/ui/empty-state.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { useState } from 'react';
import { inLanguage, useMethods, useMethodTitle } from '../../queries.ts';
import { DayField } from '../day-field.tsx';
import { Reading, Trouble } from '../trouble.tsx';
import { BillDialog } from './bill-dialog.tsx';
import { type Bill, useBills, useFetchBill } from './settlement-queries.ts';
import { useSettlementText } from './texts.ts';

const DAY_MS = 86_400_000;
const BEIJING_AHEAD_MS = 8 * 3_600_000;

/** Channels' bills: fetched a day at a time, shown while they come, looked at row by row. */
export function BillsView() {
  const t = useSettlementText();
  const { data, error, refetch } = useBills();
  const [shown, setShown] = useState<Bill>();
  return (
    <>
      <FetchBox />
      {error && <Trouble error={error} onAgain={refetch} />}
      {data === undefined && !error && <Reading />}
      {data?.bills.length === 0 && (
        <div className="box">
          <EmptyState icon="receipt" title={t('noBills')}>
            {t('noBillsHint')}
          </EmptyState>
        </div>
      )}
      {data !== undefined && data.bills.length > 0 && (
        <ul className="box bills">
          {data.bills.map((bill) => (
            <BillItem key={`${bill.method} ${bill.billOn}`} bill={bill} onLook={() => setShown(bill)} />
          ))}
        </ul>
      )}
      {shown && <BillDialog bill={shown} onClose={() => setShown(undefined)} />}
    </>
  );
}

function FetchBox() {
  const t = useSettlementText();
  const language = useLanguage();
  const channels = useMethods().filter(({ holds }) => holds === 'channel');
  // Bills are of whole days: yesterday in Beijing is the latest.
  const [latest] = useState(() => new Date(Date.now() + BEIJING_AHEAD_MS - DAY_MS).toISOString().slice(0, 10));
  const [day, setDay] = useState(latest);
  const [chosen, setChosen] = useState<string>();
  const fetching = useFetchBill();
  const method = chosen ?? channels.find(({ id }) => id !== 'card')?.id ?? '';
  return (
    <section className="box bill-fetch">
      <select
        className="control"
        aria-label={t('billChannel')}
        value={method}
        onChange={(event) => setChosen(event.target.value)}
        data-testid="bill-method"
      >
        {channels.map(({ id, title }) => (
          <option key={id} value={id}>
            {inLanguage(title, language)}
          </option>
        ))}
      </select>
      <DayField value={day} onChange={setDay} testId="bill-day" />
      <Button
        kind="primary"
        icon="repeat"
        busy={fetching.isPending}
        disabled={method === '' || day === ''}
        onClick={() => fetching.mutate({ method, date: day })}
        data-testid="bill-fetch"
      >
        {t('fetch')}
      </Button>
      {fetching.error && (
        <StateBar tone="failed" icon="alert" role="alert">
          {fetching.error instanceof ApiProblem ? fetching.error.title : t('silent')}
        </StateBar>
      )}
    </section>
  );
}

const TONES: Readonly<Record<Bill['state'], Tone>> = {
  fetching: 'waiting',
  fetched: 'paid',
  empty: 'neutral',
  'not-ready': 'waiting',
  failed: 'failed',
};

const STAGES = ['asking', 'downloading', 'reading', 'storing'] as const;

function BillItem({ bill, onLook }: { readonly bill: Bill; readonly onLook: () => void }) {
  const t = useSettlementText();
  const methodTitle = useMethodTitle();
  const stage = STAGES.find((one) => one === bill.stage);
  return (
    <li data-testid="bill" data-state={bill.state}>
      <div>
        <strong className="num">{t('billTitle', { method: methodTitle(bill.method), date: bill.billOn })}</strong>
        <small className="num">
          {stage !== undefined && `${t(`stage_${stage}`)} · `}
          {bill.cause !== null && `${bill.cause} · `}
          {t('rows', { count: bill.rowCount })} · {dateAndTime(bill.updatedAt)}
        </small>
        {stage !== undefined && (
          <progress max={STAGES.length} value={STAGES.indexOf(stage) + 1} aria-label={t(`stage_${stage}`)} />
        )}
      </div>
      <Chip tone={TONES[bill.state]} dot>
        {t(`bill_${bill.state}`)}
      </Chip>
      {bill.state === 'fetched' && (
        <Button icon="search" onClick={onLook} data-testid="bill-look">
          {t('look')}
        </Button>
      )}
    </li>
  );
}
