import { queryOptions, useQuery } from '@tanstack/react-query';
import { formatMoney } from '@zhanggui/base';
import type { BatchView } from '@zhanggui/modules/settlement/api.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { currentLanguage, nameIn } from '@zhanggui/ui/language.ts';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { Table } from '@zhanggui/ui/table.tsx';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../api.ts';
import { useCommand } from '../../controller/use-command.ts';
import { useCommandKey } from '../../controller/use-command-key.ts';
import { useSetting } from '../../controller/use-till.ts';
import { printBatchSlip } from '../../devices/print-sales.ts';
import { devicesOf } from '../../devices/till-devices.ts';
import { Refusal } from '../refusal.tsx';
import { useText } from './texts.ts';

const LOOK_EVERY_MS = 1_000;

/** The batches of a till's terminal: the open one, then those that were closed, newest first. */
export function batchesQuery(tillId: string) {
  return queryOptions({
    queryKey: ['batches', tillId],
    queryFn: async () =>
      (await api.get<{ batches: BatchView[] }>(`/batches?tillId=${encodeURIComponent(tillId)}`)).batches,
    staleTime: 0,
  });
}

/** The terminal's open batch with its totals, closing it with the bank, and the slip of what came of it. */
export function BatchClose() {
  const t = useText();
  const { till } = useSetting();
  const keyFor = useCommandKey();
  const { busy, refusal, run } = useCommand();
  const [begun, setBegun] = useState<string | null>(null);
  const batches = useQuery({ ...batchesQuery(till.id), refetchInterval: LOOK_EVERY_MS });
  const open = batches.data?.find(({ state }) => state === 'open');
  const closing = batches.data?.find(({ id, state }) => (begun === null ? state === 'closing' : id === begun));

  async function close(): Promise<void> {
    const path = `/tills/${encodeURIComponent(till.id)}/batch-close`;
    // A batch that could not be closed is closed by another command.
    const key = keyFor({ path, batch: open?.batchNumber, begun });
    const batch = await api.send<BatchView>('POST', path, undefined, { idempotencyKey: key });
    setBegun(batch.id);
    await batches.refetch();
  }

  return (
    <div className="cards-pane">
      <Refusal words={refusal ?? (batches.isError ? t('serverSilent') : null)} />
      {closing !== undefined && <Closing batch={closing} begunHere={closing.id === begun} />}
      {open !== undefined && closing?.state !== 'closing' && (
        <>
          <BatchSlip batch={open} />
          <Button
            kind={open.byKind.length > 0 ? 'primary' : 'quiet'}
            size="large"
            wide
            busy={busy}
            onClick={() => void run(close)}
            data-testid="close-batch"
          >
            {t('closeBatch')}
          </Button>
          <p className="cards-hint">{t('closeBatchHint')}</p>
        </>
      )}
      {batches.isPending && <p role="status">{t('loading')}</p>}
    </div>
  );
}

/** How closing stands, and its slip once it has ended. */
function Closing({ batch, begunHere }: { readonly batch: BatchView; readonly begunHere: boolean }) {
  const t = useText();
  const printSlip = useSlipPrinter(batch, begunHere);
  if (batch.state === 'closing')
    return (
      <StateBar tone="waiting" icon="clock" role="status">
        {t('batchClosing', { batch: batch.batchNumber })} {batch.step !== null && t(stepWord(batch.step))}
      </StateBar>
    );
  return (
    <div className="cards-pane" data-testid="batch-slip" data-state={batch.state}>
      <Verdict batch={batch} />
      <BatchSlip batch={batch} />
      <Button icon="print" onClick={() => void printSlip()} data-testid="print-slip">
        {t('printSlip')}
      </Button>
    </div>
  );
}

/**
 * Prints the slip: by the agent where one is paired, else the page. What was closed here is printed once by itself where
 * there is an agent.
 */
function useSlipPrinter(batch: BatchView, begunHere: boolean): () => Promise<void> {
  const { till, session } = useSetting();
  const language = currentLanguage();
  const signer = { merchantName: nameIn(language, session.merchant), operator: nameIn(language, session.staff) };
  const byAgent = (): Promise<boolean> => printBatchSlip(devicesOf(till.id), batch, signer);
  const ended = batch.state === 'closed';
  const printed = useRef(false);
  useEffect(() => {
    if (!ended || !begunHere || printed.current) return;
    printed.current = true;
    void byAgent();
  });
  return async () => {
    if (!(await byAgent())) print();
  };
}

function Verdict({ batch }: { readonly batch: BatchView }) {
  const t = useText();
  if (batch.state === 'given-up')
    return (
      <StateBar tone="failed" icon="alert" role="alert">
        {t('batchGivenUp')} {batch.cause}
      </StateBar>
    );
  const { domestic, foreign } = batch.verdict;
  const balanced = [domestic, foreign].every((verdict) => verdict === null || verdict === 'balanced');
  if (balanced)
    return (
      <StateBar tone="paid" icon="check" role="status">
        {t('batchBalanced', { batch: batch.batchNumber })}
      </StateBar>
    );
  return (
    <StateBar tone="waiting" icon="alert" role="status">
      {t('batchDiffered', { count: batch.uploaded ?? 0 })}
      {(batch.refused ?? 0) > 0 && ` ${t('batchRefused', { count: batch.refused ?? 0 })}`}
    </StateBar>
  );
}

/** Terminal, batch and what was taken and given back, by kind. */
function BatchSlip({ batch }: { readonly batch: BatchView }) {
  const t = useText();
  return (
    <section className="batch-slip">
      <header className="num">
        <b>{t('batchNumber', { batch: batch.batchNumber })}</b>
        <span>{t('terminalNumber', { number: batch.terminalId })}</span>
      </header>
      {batch.byKind.length === 0 ? (
        <p>{t('batchEmpty')}</p>
      ) : (
        <Table
          caption={t('batch')}
          rows={batch.byKind}
          rowKey={({ kind, domestic }) => `${kind} ${domestic}`}
          columns={[
            {
              id: 'kind',
              head: t('kind'),
              cell: ({ kind, domestic }) => `${kindWord(t, kind)}${domestic ? '' : t('foreignCard')}`,
            },
            { id: 'count', head: t('count'), cell: ({ count }) => count, figures: true },
            { id: 'amount', head: t('amount'), cell: ({ amountMinor }) => formatMoney(amountMinor), figures: true },
          ]}
        />
      )}
    </section>
  );
}

const KINDS = {
  sale: 'kindSale',
  'qr-sale': 'kindCode',
  completion: 'kindCompletion',
  'completion-advice': 'kindCompletion',
  'offline-sale': 'kindOffline',
  refund: 'kindRefund',
  void: 'kindVoid',
  'completion-void': 'kindCompletionVoid',
} as const;

function kindWord(t: ReturnType<typeof useText>, kind: string): string {
  return kind in KINDS ? t(KINDS[kind as keyof typeof KINDS]) : kind;
}

const STEPS = {
  payments: 'stepPayments',
  reversals: 'stepReversals',
  advices: 'stepAdvices',
  settlement: 'stepSettlement',
  upload: 'stepUpload',
  end: 'stepEnd',
} as const;

function stepWord(step: string): (typeof STEPS)[keyof typeof STEPS] {
  return step in STEPS ? STEPS[step as keyof typeof STEPS] : 'stepSettlement';
}
