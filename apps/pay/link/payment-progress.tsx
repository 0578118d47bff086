import type { LinkPaymentView, PayPageView } from '@zhanggui/modules/sales/link-routes.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { QrCode } from '@zhanggui/ui/qr-code.tsx';
import { OutcomeMark, StateBar } from '@zhanggui/ui/state-bar.tsx';
import { useEffect, useState } from 'react';
import { askPayment } from './link-api.ts';
import { useText } from './texts.ts';

const ASK_EVERY_MS = 1_000;

interface PaymentProgressProps {
  readonly token: string;
  readonly first: LinkPaymentView;
  readonly page: PayPageView;
  readonly onAnother: () => void;
  readonly onAgain: () => void;
}

/** A payment that the customer has begun: the code to scan, or the wallet to confirm in, and then what came of it. */
export function PaymentProgress({ token, first, page, onAnother, onAgain }: PaymentProgressProps) {
  const t = useText();
  const language = useLanguage();
  const payment = useFollowed(token, first);
  const method = page.methods.find(({ id }) => id === payment.method)?.title[language === 'en' ? 'en' : 'zh'] ?? '';
  if (payment.result === 'pending') return <Waiting payment={payment} method={method} />;
  const succeeded = payment.result === 'succeeded';
  return (
    <div className="link-outcome" data-testid="pay-outcome" data-result={payment.result} role="status">
      <OutcomeMark result={payment.result} size={84} />
      <strong>{t(succeeded ? 'paid' : 'failed')}</strong>
      {payment.decline !== null && <p>{payment.decline.message[language === 'en' ? 'en' : 'zh']}</p>}
      {payment.receiptToken !== null && (
        <a className="zg-button is-primary is-medium is-wide" href={`/r/${payment.receiptToken}`} data-testid="receipt">
          {t('receipt')}
        </a>
      )}
      {!succeeded && (
        <Button wide icon="repeat" onClick={onAnother} data-testid="another">
          {t('another')}
        </Button>
      )}
      {succeeded && page.kind === 'shop-code' && (
        <Button wide onClick={onAgain}>
          {t('again')}
        </Button>
      )}
    </div>
  );
}

function Waiting({ payment, method }: { readonly payment: LinkPaymentView; readonly method: string }) {
  const t = useText();
  const { handover } = payment;
  if (handover?.kind === 'code')
    return (
      <div className="link-code" data-testid="pay-code">
        <QrCode text={handover.content} label={t('scanHere')} size={260} />
        <p>{t('scan', { method })}</p>
        {/^[a-z]+:/.test(handover.content) && (
          <a className="zg-button is-primary is-large is-wide" href={handover.content}>
            {t('openWallet', { method })}
          </a>
        )}
      </div>
    );
  return (
    <StateBar tone="waiting" icon="clock" role="status">
      {handover?.kind === 'wallet-call' ? t('confirmOnPhone', { method }) : t('waiting')}
    </StateBar>
  );
}

function useFollowed(token: string, first: LinkPaymentView): LinkPaymentView {
  const [payment, setPayment] = useState(first);
  const open = payment.result === 'pending';
  useEffect(() => callWallet(first), [first]);
  useEffect(() => {
    if (!open) return;
    const timer = setInterval(async () => {
      const now = await askPayment(token, first.id);
      if (now !== null) setPayment(now);
    }, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [token, first.id, open]);
  return payment;
}

/** What WeChat's own browser offers to its pages. */
interface WeixinBridge {
  invoke(name: 'getBrandWCPayRequest', parameters: unknown, done: (result: unknown) => void): void;
}

/** Hands the order to the wallet in whose browser the page is; its word is not believed, the server's is asked for. */
function callWallet({ handover }: LinkPaymentView): void {
  const bridge = (globalThis as { WeixinJSBridge?: WeixinBridge }).WeixinJSBridge;
  if (handover?.kind === 'wallet-call') bridge?.invoke('getBrandWCPayRequest', handover.parameters, () => undefined);
}
