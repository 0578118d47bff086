import type { LinkPaymentView, PayPageView } from '@zhanggui/modules/sales/link-routes.ts';
import { ApiProblem, ApiSilence } from '@zhanggui/ui/api-client.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { QrCode } from '@zhanggui/ui/qr-code.tsx';
import { OutcomeMark, StateBar } from '@zhanggui/ui/state-bar.tsx';
import { useNow } from '@zhanggui/ui/use-now.ts';
import { useEffect, useState } from 'react';
import { askPayment, cancelPayment } from './link-api.ts';
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
  const [payment, setPayment] = useFollowed(token, first);
  const method = page.methods.find(({ id }) => id === payment.method)?.title[language === 'en' ? 'en' : 'zh'] ?? '';
  if (payment.result === 'pending')
    return <Waiting token={token} payment={payment} method={method} onChanged={setPayment} />;
  const succeeded = payment.result === 'succeeded';
  return (
    <div className="link-outcome" data-testid="pay-outcome" data-result={payment.result} role="status">
      <OutcomeMark result={payment.result} size={84} />
      <strong>{t(succeeded ? 'paid' : 'failed')}</strong>
      {payment.decline !== null && <p>{payment.decline.message[language === 'en' ? 'en' : 'zh']}</p>}
      {payment.receiptToken !== null && (
        <a className="zg-button is-primary is-large is-wide" href={`/r/${payment.receiptToken}`} data-testid="receipt">
          {t('receipt')}
        </a>
      )}
      {!succeeded && (
        <Button kind="primary" size="large" wide icon="repeat" onClick={onAnother} data-testid="another">
          {t('another')}
        </Button>
      )}
      {succeeded && page.kind === 'shop-code' && (
        <Button wide onClick={onAgain} data-testid="pay-again">
          {t('again')}
        </Button>
      )}
    </div>
  );
}

interface WaitingProps {
  readonly token: string;
  readonly payment: LinkPaymentView;
  readonly method: string;
  readonly onChanged: (payment: LinkPaymentView) => void;
}

function Waiting({ token, payment, method, onChanged }: WaitingProps) {
  const t = useText();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);

  async function giveUp(): Promise<void> {
    setBusy(true);
    setRefusal(null);
    try {
      onChanged(await cancelPayment(token, payment.id));
    } catch (error) {
      if (!(error instanceof ApiProblem || error instanceof ApiSilence)) throw error;
      setRefusal(error instanceof ApiProblem ? error.title : t('silent'));
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="link-waiting">
      <Instruction handover={payment.handover} method={method} />
      {refusal !== null && (
        <StateBar tone="failed" icon="alert" role="alert">
          {refusal}
        </StateBar>
      )}
      <Button wide icon="close" busy={busy} onClick={() => void giveUp()} data-testid="give-up">
        {t('giveUp')}
      </Button>
    </div>
  );
}

interface InstructionProps {
  readonly handover: LinkPaymentView['handover'];
  readonly method: string;
}

function Instruction({ handover, method }: InstructionProps) {
  const t = useText();
  if (handover?.kind === 'code')
    return (
      <div className="link-code" data-testid="pay-code" data-code={handover.content}>
        <QrCode text={handover.content} label={t('scanHere')} size={248} />
        <p>{t('scan', { method })}</p>
        <TimeLeft until={handover.expiresAt} />
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

function TimeLeft({ until }: { readonly until: string }) {
  const t = useText();
  const leftS = Math.max(0, Math.ceil((Date.parse(until) - useNow(1_000)) / 1_000));
  const time = `${Math.floor(leftS / 60)}:${String(leftS % 60).padStart(2, '0')}`;
  return <small className="num">{leftS === 0 ? t('waiting') : t('timeLeft', { time })}</small>;
}

function useFollowed(token: string, first: LinkPaymentView) {
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
  return [payment, setPayment] as const;
}

/** What WeChat's own browser offers to its pages. */
interface WeixinBridge {
  invoke(name: 'getBrandWCPayRequest', parameters: unknown, done: (result: unknown) => void): void;
}

/** What Alipay's own browser offers to its pages. */
interface AlipayBridge {
  call(name: 'tradePay', parameters: unknown, done: (result: unknown) => void): void;
}

/** Hands the order to the wallet in whose browser the page is; its word is not believed, the server's is asked for. */
function callWallet({ handover, method }: LinkPaymentView): void {
  if (handover?.kind !== 'wallet-call') return;
  const { WeixinJSBridge, AlipayJSBridge } = globalThis as {
    readonly WeixinJSBridge?: WeixinBridge;
    readonly AlipayJSBridge?: AlipayBridge;
  };
  const done = (): void => undefined;
  if (method === 'alipay') AlipayJSBridge?.call('tradePay', handover.parameters, done);
  else WeixinJSBridge?.invoke('getBrandWCPayRequest', handover.parameters, done);
}
