import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import { ApiProblem, ApiSilence } from '@zhanggui/ui/api-client.ts';
import { useEffect, useState } from 'react';
import { api } from '../../api.ts';

const ASK_EVERY_MS = 700;

/** A payment that is not on the ticket, followed until its outcome is certain. */
export function useFollowed(first: PaymentView): PaymentView {
  const [payment, setPayment] = useState(first);
  const open = payment.result === 'pending';
  useEffect(() => {
    if (!open) return;
    const timer = setInterval(async () => {
      try {
        setPayment(await api.get<PaymentView>(`/payments/${first.id}/status`));
      } catch (error) {
        // Without an answer what is shown stays as it is, and the next question comes by itself.
        if (!(error instanceof ApiSilence || error instanceof ApiProblem)) throw error;
      }
    }, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [first.id, open]);
  return payment;
}
