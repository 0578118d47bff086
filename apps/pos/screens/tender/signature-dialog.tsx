import { toBase64 } from '@zhanggui/base';
import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import { type Drawing, packDrawing } from '@zhanggui/modules/payments/signature.ts';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { api } from '../../api.ts';
import { useCommand } from '../../controller/use-command.ts';
import { useSend } from '../../controller/use-till.ts';
import { useText } from '../../texts.ts';
import { Refusal } from '../refusal.tsx';
import { SignaturePad } from './signature-pad.tsx';

interface SignatureDialogProps {
  readonly payment: PaymentView;
  readonly onClose: () => void;
}

/** Asks the customer to sign for a payment whose card wants it. What was drawn stays until the server has it. */
export function SignatureDialog({ payment, onClose }: SignatureDialogProps) {
  const t = useText();
  const send = useSend();
  const { busy, refusal, run, refuse } = useCommand();

  async function keep(strokes: string): Promise<void> {
    const signed = await api.send<PaymentView>('POST', `/payments/${payment.id}/signature`, { strokes });
    send({ kind: 'payment-told', payment: signed, at: new Date().toISOString() });
    onClose();
  }

  function pack(drawing: Drawing): void {
    const strokes = packed(drawing);
    if (strokes === null) refuse(t('signatureTooLong'));
    else void run(() => keep(strokes));
  }

  return (
    <Dialog
      onClose={onClose}
      title={t('signTitle')}
      aside={<Amount minor={payment.amountMinor} size="title" />}
      width="wide"
      testId="signature"
    >
      <Refusal words={refusal} />
      <SignaturePad busy={busy} onSigned={pack} onPaper={onClose} />
    </Dialog>
  );
}

/** The drawing as it is sent, or null where it is too long. */
function packed(drawing: Drawing): string | null {
  try {
    return toBase64(packDrawing(drawing));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
