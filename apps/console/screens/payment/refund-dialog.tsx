import { useMutation, useQueryClient } from '@tanstack/react-query';
import { formatDecimal, formatMoney, parseDecimal } from '@zhanggui/base';
import { ApiProblem, newIdempotencyKey } from '@zhanggui/ui/api-client.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { ChipButton } from '@zhanggui/ui/chip.tsx';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { Field } from '@zhanggui/ui/field.tsx';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { type FormEvent, useRef, useState } from 'react';
import { api } from '../../api.ts';
import type { Payment, Refund } from '../../contract.ts';
import { useMethodTitle } from '../../queries.ts';
import { useText } from '../../texts.ts';

interface RefundDialogProps {
  readonly payment: Payment;
  /** The most that can be given back. */
  readonly leftMinor: number;
  readonly onClose: () => void;
}

/** How much goes back and why; one press gives it back by the route it came. */
export function RefundDialog({ payment, leftMinor, onClose }: RefundDialogProps) {
  const t = useText();
  const methodTitle = useMethodTitle();
  const [amount, setAmount] = useState(() => formatDecimal(leftMinor));
  const [reason, setReason] = useState('');
  const [checked, setChecked] = useState(false);
  const refunding = useRefund(payment, onClose);
  const amountMinor = minorOf(amount);
  const amountFits = amountMinor !== undefined && amountMinor > 0 && amountMinor <= leftMinor;
  const reasonFits = reason.trim() !== '';
  function send(event: FormEvent): void {
    event.preventDefault();
    setChecked(true);
    if (amountFits && reasonFits) refunding.mutate({ amountMinor, reason: reason.trim() });
  }
  return (
    <Dialog onClose={onClose} title={t('refundTitle')} width="narrow" testId="refund-dialog">
      <form className="refund" onSubmit={send}>
        <p>{t('refundRoute', { method: methodTitle(payment.method) })}</p>
        <Field
          label={t('refundAmount')}
          hint={t('refundMost', { amount: formatMoney(leftMinor) })}
          error={checked && !amountFits ? t('refundAmountWrong', { amount: formatMoney(leftMinor) }) : undefined}
          inputMode="decimal"
          autoComplete="off"
          value={amount}
          onChange={(event) => setAmount(event.target.value)}
          data-testid="refund-amount"
        />
        <Reason value={reason} onChange={setReason} missing={checked && !reasonFits} />
        {refunding.error && (
          <StateBar tone="failed" icon="alert" role="alert">
            {refunding.error instanceof ApiProblem ? refunding.error.title : t('refundSilent')}
          </StateBar>
        )}
        <Button type="submit" kind="primary" size="large" wide busy={refunding.isPending} data-testid="refund-confirm">
          {amountFits ? t('refundNow', { amount: formatMoney(amountMinor) }) : t('refund')}
        </Button>
      </form>
    </Dialog>
  );
}

interface ReasonProps {
  readonly value: string;
  readonly onChange: (reason: string) => void;
  readonly missing: boolean;
}

const USUAL = ['reasonDamaged', 'reasonUnwanted', 'reasonWrongItem', 'reasonWrongAmount'] as const;

function Reason({ value, onChange, missing }: ReasonProps) {
  const t = useText();
  return (
    <div className="refund-reason">
      <Field
        label={t('refundReason')}
        error={missing ? t('refundReasonMissing') : undefined}
        maxLength={80}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        data-testid="refund-reason"
      />
      <div>
        {USUAL.map((key) => (
          <ChipButton key={key} onClick={() => onChange(t(key))} aria-pressed={value === t(key)}>
            {t(key)}
          </ChipButton>
        ))}
      </div>
    </div>
  );
}

interface RefundOrder {
  readonly amountMinor: number;
  readonly reason: string;
}

/** Sends a refund. The same order keeps its key, so that pressing again after a silence gives nothing back twice. */
function useRefund(payment: Payment, onDone: () => void) {
  const client = useQueryClient();
  const sent = useRef<{ readonly order: RefundOrder; readonly key: string }>(undefined);
  return useMutation({
    mutationFn: (order: RefundOrder) => {
      const before = sent.current;
      const same = before?.order.amountMinor === order.amountMinor && before.order.reason === order.reason;
      const key = before !== undefined && same ? before.key : newIdempotencyKey();
      sent.current = { order, key };
      return api.send<Refund>('POST', `/payments/${encodeURIComponent(payment.id)}/refunds`, order, {
        idempotencyKey: key,
      });
    },
    onSuccess: onDone,
    // A refund changes the day, the lists and the book; a refusal may mean that somebody else was faster.
    onSettled: () => client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' }),
  });
}

function minorOf(text: string): number | undefined {
  try {
    return parseDecimal(text.trim().replace(/^¥/, ''));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
