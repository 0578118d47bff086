import type { ReceiptView } from '@zhanggui/modules/sales/api.ts';
import { ReceiptPaper } from '@zhanggui/modules/sales/web/receipt-paper.tsx';
import { createApiClient } from '@zhanggui/ui/api-client.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { currentLanguage } from '@zhanggui/ui/language.ts';
import { CustomerPage, Missing } from '../customer-page.tsx';
import { useLoaded } from '../use-loaded.ts';
import { useText } from './texts.ts';
import './receipt.css';

const api = createApiClient({ base: '/api/v1', language: currentLanguage });

/** A customer's receipt, for whoever has its link: to read, to keep, to print. */
export function ReceiptPage({ token }: { readonly token: string }) {
  const t = useText();
  const { loaded, again } = useLoaded(token, loadReceipt);
  return (
    <CustomerPage title={t('pageTitle')}>
      {loaded === 'loading' && <p role="status">{t('loading')}</p>}
      {loaded === 'unknown' && <Missing icon="receipt" title={t('unknown')} hint={t('unknownHint')} />}
      {loaded === 'silent' && <Missing icon="receipt" title={t('silent')} hint={t('silentHint')} onAgain={again} />}
      {typeof loaded === 'object' && (
        <div className="receipt-place">
          <div className="receipt-sheet" data-testid="receipt">
            <ReceiptPaper receipt={loaded} />
          </div>
          <Button kind="primary" size="large" wide icon="print" onClick={() => print()} data-testid="print">
            {t('print')}
          </Button>
        </div>
      )}
    </CustomerPage>
  );
}

function loadReceipt(token: string): Promise<ReceiptView> {
  return api.get(`/receipts/${encodeURIComponent(token)}`);
}
