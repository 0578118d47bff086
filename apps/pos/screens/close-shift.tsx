import { formatMoney } from '@zhanggui/base';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { Table } from '@zhanggui/ui/table.tsx';
import { useState } from 'react';
import { api } from '../api.ts';
import { useCommand } from '../controller/use-command.ts';
import { useCommandKey } from '../controller/use-command-key.ts';
import { useSetting, useTillState } from '../controller/use-till.ts';
import { useText } from '../texts.ts';
import type { Shift } from '../till/contract.ts';
import { waitingCount } from '../till/state.ts';
import { OpenBatchHint } from './cards/open-batch-hint.tsx';
import { CashCount } from './cash-count.tsx';
import { Refusal } from './refusal.tsx';

interface CloseShiftProps {
  readonly onClose: () => void;
  readonly onShiftClosed: () => void;
}

/** Ends the shift by a blind count: what should be in the drawer is shown only afterwards, and a difference is no obstacle. */
export function CloseShift({ onClose, onShiftClosed }: CloseShiftProps) {
  const t = useText();
  const { till } = useSetting();
  const unresolved = waitingCount(useTillState());
  const keyFor = useCommandKey();
  const [closed, setClosed] = useState<Shift | null>(null);
  const { busy, refusal, run } = useCommand();

  async function close(countedMinor: number): Promise<void> {
    if (till.openShift === null) return;
    const path = `/shifts/${till.openShift.id}/close`;
    const key = keyFor({ path, countedMinor });
    setClosed(await api.send<Shift>('POST', path, { countedMinor }, { idempotencyKey: key }));
  }

  if (closed !== null)
    return (
      <Dialog onClose={onShiftClosed} title={t('shiftClosed')} testId="shift-closed">
        <ShiftSum shift={closed} onNew={onShiftClosed} />
      </Dialog>
    );
  return (
    <Dialog onClose={onClose} title={t('closeShift')} width="wide" testId="close-shift-dialog">
      <CashCount
        label={t('counted')}
        action={t('closeShiftNow')}
        busy={busy}
        testId="close-shift-now"
        onCounted={(minor) => void run(() => close(minor))}
      >
        <p>{t('closeShiftHint')}</p>
        {unresolved > 0 && (
          <StateBar tone="waiting" icon="clock">
            {t('unresolvedAtClose', { count: unresolved })}
          </StateBar>
        )}
        <OpenBatchHint />
        <Refusal words={refusal} />
      </CashCount>
    </Dialog>
  );
}

function ShiftSum({ shift, onNew }: { readonly shift: Shift; readonly onNew: () => void }) {
  const t = useText();
  const language = useLanguage();
  const { methods } = useSetting();
  const title = (id: string) => {
    const found = methods.find((method) => method.id === id)?.title;
    return (language === 'en' ? found?.en : found?.zh) ?? id;
  };
  return (
    <div className="shift-sum">
      <DifferenceBar differenceMinor={shift.differenceMinor ?? 0} />
      <dl>
        <dt>
          {t('takings')} · {t('salesCount', { count: shift.salesCount })}
        </dt>
        <dd>
          <Amount minor={shift.takingsMinor} size="title" />
        </dd>
        <dt>{t('expectedCash')}</dt>
        <dd>
          <Amount minor={shift.expectedCashMinor} />
        </dd>
        <dt>{t('counted')}</dt>
        <dd>
          <Amount minor={shift.countedMinor ?? 0} />
        </dd>
      </dl>
      {shift.byMethod.length > 0 && (
        <Table
          caption={t('takings')}
          rows={shift.byMethod}
          rowKey={({ method }) => method}
          columns={[
            { id: 'method', head: t('method'), cell: ({ method }) => title(method) },
            { id: 'count', head: t('count'), cell: ({ count }) => count, figures: true },
            { id: 'amount', head: t('amount'), cell: ({ amountMinor }) => formatMoney(amountMinor), figures: true },
          ]}
        />
      )}
      <Button kind="primary" size="large" wide onClick={onNew} data-testid="new-shift">
        {t('newShift')}
      </Button>
    </div>
  );
}

function DifferenceBar({ differenceMinor }: { readonly differenceMinor: number }) {
  const t = useText();
  if (differenceMinor === 0)
    return (
      <StateBar tone="paid" icon="check">
        {t('differenceNone')}
      </StateBar>
    );
  return (
    <StateBar tone="waiting" icon="alert">
      {t(differenceMinor > 0 ? 'differenceOver' : 'differenceShort', {
        amount: formatMoney(Math.abs(differenceMinor)),
      })}
    </StateBar>
  );
}
