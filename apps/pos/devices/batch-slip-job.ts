import type { BatchView } from '@zhanggui/modules/settlement/api.ts';

/** Who closed a batch, and for whom. */
export interface SlipSigner {
  readonly merchantName: string;
  readonly operator: string;
}

type Part = NonNullable<BatchView['totals']>['domestic'];

const KINDS: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  sale: { zh: '消费', en: 'Sales' },
  'qr-sale': { zh: '扫码消费', en: 'Codes' },
  completion: { zh: '预授权完成', en: 'Completions' },
  'completion-advice': { zh: '预授权完成', en: 'Completions' },
  'offline-sale': { zh: '脱机消费', en: 'Offline sales' },
  refund: { zh: '退货', en: 'Refunds' },
  void: { zh: '撤销', en: 'Voids' },
  'completion-void': { zh: '完成撤销', en: 'Completion voids' },
};

/** What the agent is sent for the slip of a batch; null while it is not closed. */
export function batchSlipJobOf(batch: BatchView, signer: SlipSigner, language: 'zh' | 'en'): object | null {
  const { totals, endedAt, verdict } = batch;
  if (batch.state !== 'closed' || totals === null || endedAt === null) return null;
  const parts = [totals.domestic, totals.foreign];
  const sum = (of: (part: Part) => number): number => parts.reduce((all, part) => all + of(part), 0);
  return {
    language,
    batchSlip: {
      ...signer,
      merchantNumber: batch.acceptorId ?? '',
      terminalNumber: batch.terminalId,
      acquirer: batch.acquirerId,
      batch: batch.batchNumber,
      closedAt: endedAt,
      currency: batch.currency,
      balanced: [verdict.domestic, verdict.foreign].every((word) => word === null || word === 'balanced'),
      debits: { count: sum((part) => part.debitCount), amountMinor: sum((part) => part.debitMinor) },
      credits: { count: sum((part) => part.creditCount), amountMinor: sum((part) => part.creditMinor) },
      parts: batch.byKind.map(({ kind, domestic, count, amountMinor }) => ({
        title: titleOf(kind, domestic),
        count,
        amountMinor,
      })),
    },
  };
}

function titleOf(kind: string, domestic: boolean): { zh: string; en: string } {
  const { zh, en } = KINDS[kind] ?? { zh: kind, en: kind };
  return domestic ? { zh, en } : { zh: `${zh}（外卡）`, en: `${en} (foreign)` };
}
