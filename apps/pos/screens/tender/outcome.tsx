import { formatMoney } from '@zhanggui/base';
import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import type { Advice } from '@zhanggui/modules/payments/method.ts';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { clockTime } from '@zhanggui/ui/clock-time.ts';
import { Instrument } from '@zhanggui/ui/instrument.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { OutcomeMark, StateBar } from '@zhanggui/ui/state-bar.tsx';
import { useState } from 'react';
import { announcement } from '../../controller/announce.ts';
import { chargeNow } from '../../controller/scan-handler.ts';
import { useSend, useSetting, useTillState } from '../../controller/use-till.ts';
import { PrintTroubleBar } from '../../devices/print-trouble.tsx';
import { useText } from '../../texts.ts';
import { type Attempt, dueMinor } from '../../till/state.ts';
import { ScanNotice } from '../sell/scan-notice.tsx';
import { CardFacts } from './card-facts.tsx';
import { SignatureDialog } from './signature-dialog.tsx';
import { TipButton } from './tip-dialog.tsx';
import { useAskedName, useMethodTitle } from './use-method-title.ts';
import './outcome.css';

interface OutcomeProps {
  readonly attempt: Attempt;
  readonly payment: PaymentView;
}

/** What became of a payment: large, in words, with what can be done next. */
export function Outcome({ attempt, payment }: OutcomeProps) {
  const succeeded = payment.result === 'succeeded';
  return (
    <section
      className={`outcome is-${payment.result}`}
      data-testid="outcome"
      data-result={payment.result}
      role={succeeded ? 'status' : 'alert'}
    >
      {succeeded ? <Succeeded payment={payment} /> : <Failed attempt={attempt} payment={payment} />}
    </section>
  );
}

function Succeeded({ payment }: { readonly payment: PaymentView }) {
  const t = useText();
  const { methods, till } = useSetting();
  const { sale } = useTillState();
  const method = useMethodTitle(payment.method);
  const asked = useAskedName(payment.method);
  const [signing, setSigning] = useState(payment.signature === 'wanted');
  const change = payment.changeMinor ?? 0;
  const time = clockTime(payment.updatedAt);
  const cash = methods.find(({ id }) => id === payment.method)?.holds === 'drawer';
  const sentence = announcement(
    { method: payment.method, amountMinor: payment.amountMinor, changeMinor: change },
    methods,
  );
  return (
    <>
      <header>
        <OutcomeMark result="succeeded" size={72} />
        <h2>{t('succeeded')}</h2>
        <span>{method}</span>
      </header>
      <div className="outcome-figures">
        {change > 0 ? (
          <>
            <strong className="outcome-label">{t('change')}</strong>
            <Amount minor={change} size="huge" data-testid="change" />
            <span className="num">
              {t('tendered', { amount: formatMoney(payment.amountMinor + change) })} · {t('due')}{' '}
              {formatMoney(payment.amountMinor)}
            </span>
          </>
        ) : (
          <Amount minor={payment.amountMinor} size="huge" />
        )}
        <span className="num">{cash ? t('cashTaken', { time }) : t('confirmedBy', { method: asked, time })}</span>
      </div>
      <StateBar tone="neutral" icon="sound">
        {sentence}
      </StateBar>
      <Standing payment={payment} />
      {!signing && (
        <div className="outcome-after">
          {payment.signature === 'wanted' && (
            <Button icon="pen" onClick={() => setSigning(true)} data-testid="sign">
              {t('signTitle')}
            </Button>
          )}
          <TipButton payment={payment} />
        </div>
      )}
      <References payment={payment} />
      <PrintTroubleBar tillId={till.id} token={sale?.receiptToken ?? null} />
      <ScanNotice />
      <SucceededActions />
      {signing && <SignatureDialog payment={payment} onClose={() => setSigning(false)} />}
    </>
  );
}

/** What the bank has yet to accept, and what was added when signing. */
function Standing({ payment }: { readonly payment: PaymentView }) {
  const t = useText();
  const { provisional, tipMinor } = payment;
  if (tipMinor > 0)
    return (
      <StateBar tone={provisional ? 'waiting' : 'paid'} icon={provisional ? 'clock' : 'check'} role="status">
        <span data-testid="tip">{t(provisional ? 'tipSent' : 'tipTaken', { amount: formatMoney(tipMinor) })}</span>
      </StateBar>
    );
  if (!provisional) return null;
  return (
    <StateBar tone="waiting" icon="offline">
      {t('provisional')}
    </StateBar>
  );
}

function References({ payment }: { readonly payment: PaymentView }) {
  const t = useText();
  return (
    <dl className="outcome-references num">
      <dt>{t('saleNumber')}</dt>
      <dd>{payment.saleNumber}</dd>
      {payment.maskedInstrument && (
        <>
          <dt>{t('instrument')}</dt>
          <dd>
            <Instrument masked={payment.maskedInstrument} />
          </dd>
        </>
      )}
      <CardFacts payment={payment} />
      {payment.channelReference && (
        <>
          <dt>{t('channelReference')}</dt>
          <dd>{payment.channelReference}</dd>
        </>
      )}
    </dl>
  );
}

function SucceededActions() {
  const t = useText();
  const send = useSend();
  const { onReceipt } = useSetting();
  const state = useTillState();
  const due = dueMinor(state);
  const token = state.sale?.receiptToken ?? null;
  if (due > 0)
    return (
      <div className="outcome-actions is-single">
        <Button
          kind="primary"
          size="large"
          shortcut="Enter"
          onClick={() => send({ kind: 'pay-pressed' })}
          data-testid="take-rest"
        >
          {t('takeRest', { amount: formatMoney(due) })}
        </Button>
      </div>
    );
  return (
    <div className="outcome-actions">
      <Button
        kind="plain"
        size="large"
        icon="receipt"
        disabled={token === null}
        onClick={() => token !== null && onReceipt(token)}
        data-testid="receipt"
      >
        {t('receipt')}
      </Button>
      <Button
        kind="primary"
        size="large"
        shortcut="Enter"
        onClick={() => send({ kind: 'next-sale' })}
        data-testid="next-sale"
      >
        {t('nextSale')}
      </Button>
    </div>
  );
}

function Failed({ attempt, payment }: OutcomeProps) {
  const t = useText();
  const language = useLanguage();
  const method = useMethodTitle(payment.method);
  const { decline } = payment;
  return (
    <>
      <header>
        <OutcomeMark result="failed" size={72} />
        <h2>{payment.state === 'cancelled' ? t('cancelled') : t('failed')}</h2>
        <span>{method}</span>
      </header>
      <div className="outcome-figures">
        {decline && (
          <strong className="outcome-reason" data-testid="decline">
            {decline.message[language === 'en' ? 'en' : 'zh']}
          </strong>
        )}
        <Amount minor={payment.amountMinor} size="title" />
        <span className="num">
          {t('notCharged')} · {clockTime(payment.updatedAt)}
          {decline && ` · ${decline.code}`}
        </span>
      </div>
      <StateBar tone="neutral" icon="alert">
        {t(`advice_${decline?.advice ?? 'retry'}`)}
      </StateBar>
      <ScanNotice />
      <FailedActions method={attempt.method} advice={decline?.advice ?? 'retry'} amountMinor={payment.amountMinor} />
    </>
  );
}

interface FailedActionsProps {
  readonly method: string;
  readonly advice: Advice;
  readonly amountMinor: number;
}

/** The stronger button is the one that is advised. */
function FailedActions({ method, advice, amountMinor }: FailedActionsProps) {
  const t = useText();
  const send = useSend();
  const choose = (next: string | null) => {
    send({ kind: 'back' });
    send({ kind: 'method-chosen', method: next });
  };
  const { controller, methods } = useSetting();
  const shownCode = methods.find(({ id }) => id === method)?.screen.shownCode;
  const changeMethod = advice === 'other-method' || advice === 'keep-card' || advice === 'call-support';
  const again = (
    <Button
      kind={changeMethod ? 'plain' : 'primary'}
      size="large"
      icon="repeat"
      onClick={() => choose(method)}
      data-testid="retry"
    >
      {t('retrySame')}
    </Button>
  );
  const other = (
    <Button
      kind={changeMethod ? 'primary' : 'plain'}
      size="large"
      onClick={() => choose(null)}
      data-testid="other-method"
    >
      {t('otherMethod')}
    </Button>
  );
  if (advice === 'show-code' && shownCode !== undefined)
    return (
      <div className="outcome-actions">
        {other}
        <Button
          kind="primary"
          size="large"
          icon="qr"
          onClick={() => chargeNow(controller, method, shownCode, amountMinor)}
          data-testid="show-code"
        >
          {t('showCode')}
        </Button>
      </div>
    );
  return (
    <div className="outcome-actions">
      {changeMethod ? again : other}
      {changeMethod ? other : again}
    </div>
  );
}
