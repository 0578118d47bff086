import { useQuery } from '@tanstack/react-query';
import type { ReceiptView } from '@zhanggui/modules/sales/api.ts';
import { ReceiptPaper } from '@zhanggui/modules/sales/web/receipt-paper.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { QrCode } from '@zhanggui/ui/qr-code.tsx';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { api } from '../api.ts';
import { useSetting } from '../controller/use-till.ts';
import { printReceipt } from '../devices/print-sales.ts';
import { devicesOf, useDevices } from '../devices/till-devices.ts';
import { useText } from '../texts.ts';
import { ReceiptRefunds } from './refund/receipt-refunds.tsx';
import './receipt-dialog.css';

interface ReceiptDialogProps {
  readonly token: string;
  readonly onClose: () => void;
}

/** The receipt of a sale, and the code by which the customer takes it along. */
export function ReceiptDialog({ token, onClose }: ReceiptDialogProps) {
  const t = useText();
  const { till } = useSetting();
  const { pairing } = useDevices(till.id);
  const receipt = useQuery({
    queryKey: ['receipt', token],
    queryFn: () => api.get<ReceiptView>(`/receipts/${encodeURIComponent(token)}`),
    // Signatures and refunds come after the first look at it.
    staleTime: 0,
  });
  const url = `${location.origin}/r/${token}`;
  return (
    <Dialog onClose={onClose} title={t('receiptTitle')} width="wide" testId="receipt-dialog">
      <div className="receipt-view">
        <div className="receipt-view-paper">
          {receipt.data && <ReceiptPaper receipt={receipt.data} />}
          {receipt.isError && (
            <StateBar tone="failed" icon="alert" role="alert">
              {t('serverSilent')}
            </StateBar>
          )}
        </div>
        <aside>
          <QrCode text={url} label={t('receiptHint')} size={200} />
          <p>{t('receiptHint')}</p>
          <a
            className="zg-button is-primary is-medium"
            href={url}
            target="_blank"
            rel="noreferrer"
            data-testid="receipt-link"
          >
            <Icon name="link" />
            {t('openReceipt')}
          </a>
          {pairing !== null && (
            <Button
              icon="print"
              onClick={() => void printReceipt(api, devicesOf(till.id), token)}
              data-testid="print-receipt"
            >
              {t('printReceipt')}
            </Button>
          )}
          {receipt.data && <ReceiptRefunds receipt={receipt.data} />}
        </aside>
      </div>
    </Dialog>
  );
}
