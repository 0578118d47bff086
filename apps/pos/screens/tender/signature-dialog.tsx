import { toBase64 } from '@zhanggui/base';
import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import { type Drawing, packDrawing } from '@zhanggui/modules/payments/signature.ts';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { ApiProblem, ApiSilence } from '@zhanggui/ui/api-client.ts';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useSend } from '../../controller/use-till.ts';
import { useText } from '../../texts.ts';
import { SignaturePad } from './signature-pad.tsx';

interface SignatureDialogProps {
  readonly payment: PaymentView;
  readonly onClose: () => void;
}

/** Asks the customer to sign for a payment whose card wants it. What was drawn stays until the server has it. */
export function SignatureDialog({ payment, onClose }: SignatureDialogProps) {
  const t = useText();
  const send = useSend();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);

  async function keep(drawing: Drawing): Promise<void> {
    setBusy(true);
    setRefusal(null);
    try {
      const strokes = toBase64(packDrawing(drawing));
      const signed = await api.send<PaymentView>('POST', `/payments/${payment.id}/signature`, { strokes });
      send({ kind: 'payment-told', payment: signed, at: new Date().toISOString() });
      onClose();
    } catch (error) {
      if (!(error instanceof ApiProblem || error instanceof ApiSilence || error instanceof RangeError)) throw error;
      setRefusal(
        error instanceof ApiProblem
          ? error.title
          : t(error instanceof RangeError ? 'signatureTooLong' : 'serverSilent'),
      );
      setBusy(false);
    }
  }

  return (
    <Dialog
      onClose={onClose}
      title={t('signTitle')}
      aside={<Amount minor={payment.amountMinor} size="title" />}
      width="wide"
      testId="signature"
    >
      {refusal !== null && (
        <StateBar tone="failed" icon="alert" role="alert">
          {refusal}
        </StateBar>
      )}
      <SignaturePad busy={busy} onSigned={(drawing) => void keep(drawing)} onPaper={onClose} />
    </Dialog>
  );
}
