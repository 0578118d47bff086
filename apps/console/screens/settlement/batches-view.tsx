import { formatMoney } from '@zhanggui/base';
import type { BatchView } from '@zhanggui/modules/settlement/api.ts';
import { ApiProblem } from '@zhanggui/ui/api-client.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { Chip, type Tone } from '@zhanggui/ui/chip.tsx';
import { dateAndTime } from '@zhanggui/ui/clock-time.ts';
import { EmptyState } from '@zhanggui/ui/empty-state.tsx';
import { Switch } from '@zhanggui/ui/segmented.tsx';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { useState } from 'react';
import { useTillName } from '../../queries.ts';
import { Reading, Trouble } from '../trouble.tsx';
import { BatchSlip } from './batch-slip.tsx';
import { useBatches, useChangeSchedule, useSchedule } from './settlement-queries.ts';
import { useSettlementText } from './texts.ts';

/** Each terminal's open batch and those that were closed, with what the acquirer said of them. */
export function BatchesView() {
  const t = useSettlementText();
  const { data, error, refetch } = useBatches();
  const [shown, setShown] = useState<BatchView>();
  return (
    <>
      <ScheduleBox />
      {error && <Trouble error={error} onAgain={refetch} />}
      {data === undefined && !error && <Reading />}
      {data?.batches.length === 0 && (
        <div className="box">
          <EmptyState icon="receipt" title={t('noBatches')}>
            {t('noBatchesHint')}
          </EmptyState>
        </div>
      )}
      <div className="batches">
        {data?.batches.map((batch) => (
          <Batch key={batch.id ?? `${batch.terminalId} open`} batch={batch} onSlip={() => setShown(batch)} />
        ))}
      </div>
      {shown && <BatchSlip batch={shown} onClose={() => setShown(undefined)} />}
    </>
  );
}

const USUAL_TIME = '23:30';

function ScheduleBox() {
  const t = useSettlementText();
  const { data } = useSchedule();
  const change = useChangeSchedule();
  if (data === undefined) return null;
  return (
    <section className="box schedule">
      <Switch
        label={t('schedule')}
        on={data.at !== null}
        onChange={(on) => change.mutate({ at: on ? USUAL_TIME : null })}
      />
      {data.at === null ? (
        <span>{t('scheduleOff')}</span>
      ) : (
        <label>
          <span>{t('scheduleAt', { time: data.at })}</span>
          <input
            className="control"
            type="time"
            aria-label={t('scheduleTime')}
            defaultValue={data.at}
            onBlur={(event) => {
              const { value } = event.currentTarget;
              if (value !== '' && value !== data.at) change.mutate({ at: value });
            }}
            data-testid="schedule-time"
          />
        </label>
      )}
      {change.error && (
        <StateBar tone="failed" icon="alert" role="alert">
          {change.error instanceof ApiProblem ? change.error.title : t('silent')}
        </StateBar>
      )}
    </section>
  );
}

const TONES: Readonly<Record<BatchView['state'], Tone>> = {
  open: 'indigo',
  closing: 'waiting',
  closed: 'paid',
  'given-up': 'failed',
  left: 'failed',
};

interface BatchProps {
  readonly batch: BatchView;
  readonly onSlip: () => void;
}

function Batch({ batch, onSlip }: BatchProps) {
  const t = useSettlementText();
  const tillName = useTillName();
  const { state, totals, beganAt, endedAt, bySchedule } = batch;
  const sum = (side: 'debit' | 'credit', what: 'Minor' | 'Count'): number =>
    totals === null ? 0 : totals.domestic[`${side}${what}`] + totals.foreign[`${side}${what}`];
  const at = endedAt ?? beganAt;
  return (
    <article className="box batch" data-testid="batch" data-state={state}>
      <header>
        <div>
          <h2>
            {tillName(batch.tillId)} · {t('batch', { number: batch.batchNumber })}
          </h2>
          <small className="num">
            {batch.acquirerId} · {t('terminal', { terminal: batch.terminalId })}
            {at !== null && ` · ${t(endedAt === null ? 'beganAt' : 'endedAt', { time: dateAndTime(at) })}`}
            {at !== null && bySchedule && ` · ${t('bySchedule')}`}
          </small>
        </div>
        <Chip tone={TONES[state]} dot>
          {t(`state_${state}`)}
        </Chip>
      </header>
      <dl className="num">
        <Figure words={t('taken')} minor={sum('debit', 'Minor')} count={sum('debit', 'Count')} />
        <Figure words={t('returned')} minor={sum('credit', 'Minor')} count={sum('credit', 'Count')} />
        <Figure words={t('net')} minor={sum('debit', 'Minor') - sum('credit', 'Minor')} />
      </dl>
      <Verdicts batch={batch} />
      <Uploaded batch={batch} />
      {batch.cause !== null && (
        <StateBar tone={state === 'given-up' ? 'failed' : 'waiting'} icon="clock">
          {batch.step !== null && <span>{t('step', { step: batch.step })} · </span>}
          {t('cause', { cause: batch.cause })}
        </StateBar>
      )}
      <Button icon="receipt" onClick={onSlip} data-testid="slip">
        {t('slip')}
      </Button>
    </article>
  );
}

interface FigureProps {
  readonly words: string;
  readonly minor: number;
  readonly count?: number;
}

function Figure({ words, minor, count }: FigureProps) {
  const t = useSettlementText();
  return (
    <div>
      <dt>{words}</dt>
      <dd>
        <b>{formatMoney(minor)}</b>
        {count !== undefined && <small>{t('times', { count })}</small>}
      </dd>
    </div>
  );
}

function Verdicts({ batch: { verdict } }: { readonly batch: BatchView }) {
  const t = useSettlementText();
  const parts = (['domestic', 'foreign'] as const).flatMap((part) => {
    const said = verdict[part];
    return said === null ? [] : [{ part, said }];
  });
  if (parts.length === 0) return null;
  return (
    <p className="batch-verdicts">
      {parts.map(({ part, said }) => (
        <Chip key={part} tone={said === 'balanced' ? 'paid' : 'failed'} dot>
          {t(part)}: {t(`verdict_${said}`)}
        </Chip>
      ))}
    </p>
  );
}

/** Records that the acquirer has got one by one: always those of chips, all of them where totals differ. */
function Uploaded({ batch: { uploaded, refused, verdict } }: { readonly batch: BatchView }) {
  const t = useSettlementText();
  if (uploaded === null || uploaded === 0) return null;
  const differed = Object.values(verdict).some((said) => said !== null && said !== 'balanced');
  const lost = refused !== null && refused > 0;
  return (
    <StateBar tone={lost ? 'failed' : differed ? 'waiting' : 'neutral'} icon={lost || differed ? 'alert' : 'check'}>
      {t(differed ? 'uploadedDiffering' : 'uploaded', { count: uploaded })}
      {lost && <strong> {t('refused', { count: refused })}</strong>}
    </StateBar>
  );
}
