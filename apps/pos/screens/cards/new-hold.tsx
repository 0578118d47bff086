import type { JsonObject, PaymentView } from '@zhanggui/modules/payments/api.ts';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { Instrument } from '@zhanggui/ui/instrument.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { OutcomeMark } from '@zhanggui/ui/state-bar.tsx';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useCommand } from '../../controller/use-command.ts';
import { useCommandKey } from '../../controller/use-command-key.ts';
import { useSetting } from '../../controller/use-till.ts';
import { CashCount } from '../cash-count.tsx';
import { Refusal } from '../refusal.tsx';
import { ReadCard, useCardMethod } from './read-card.tsx';
import { useText } from './texts.ts';
import { useFollowed } from './use-followed.ts';

/** Reserves an amount: typed on the pad, then the card, then the bank's word. */
export function NewHold({ onDone }: { readonly onDone: () => void }) {
  const t = useText();
  const method = useCardMethod();
  const { till } = useSetting();
  const keyFor = useCommandKey();
  const [amountMinor, setAmountMinor] = useState<number | null>(null);
  const { busy, refusal, run } = useCommand();
  const [payment, setPayment] = useState<PaymentView | null>(null);

  async function reserve(credential: JsonObject): Promise<void> {
    if (amountMinor === null || method === undefined) return;
    const body = { tillId: till.id, method: method.id, amountMinor, credential };
    const key = keyFor(credential.ksn);
    try {
      setPayment(await api.send<PaymentView>('POST', '/pre-authorizations', body, { idempotencyKey: key }));
    } catch (error) {
      setAmountMinor(null);
      throw error;
    }
  }

  if (payment !== null) return <HoldOutcome first={payment} onDone={onDone} />;
  if (amountMinor !== null && method !== undefined)
    return (
      <div className="cards-pane">
        <header className="cards-step">
          <span>{t('holdAmount')}</span>
          <Amount minor={amountMinor} size="title" />
        </header>
        <ReadCard
          method={method}
          purpose="pre-authorization"
          amountMinor={amountMinor}
          busy={busy}
          onRead={(read) => void run(() => reserve(read))}
        />
      </div>
    );
  return (
    <CashCount
      label={t('holdAmount')}
      action={t('readCard')}
      busy={busy}
      testId="hold-amount"
      onCounted={(minor) => setAmountMinor(minor > 0 ? minor : null)}
    >
      <p>{t('holdHint')}</p>
      <Refusal words={refusal} />
    </CashCount>
  );
}

const WORDS = { succeeded: 'holdDone', pending: 'holdPending', failed: 'holdFailed' } as const;

function HoldOutcome({ first, onDone }: { readonly first: PaymentView; readonly onDone: () => void }) {
  const t = useText();
  const language = useLanguage();
  const payment = useFollowed(first);
  const { decline } = payment;
  return (
    <div className="cards-outcome" data-testid="hold-outcome" data-result={payment.result} role="status">
      <OutcomeMark result={payment.result} size={72} />
      <strong>{t(WORDS[payment.result])}</strong>
      <Amount minor={payment.amountMinor} size="due" />
      {payment.maskedInstrument && <Instrument masked={payment.maskedInstrument} />}
      {decline !== null && <p>{decline.message[language === 'en' ? 'en' : 'zh']}</p>}
      <Button
        kind="primary"
        size="large"
        disabled={payment.result === 'pending'}
        onClick={onDone}
        data-testid="hold-done"
      >
        {t('close')}
      </Button>
    </div>
  );
}
