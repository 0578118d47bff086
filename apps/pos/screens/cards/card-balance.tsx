import type { Bilingual } from '@zhanggui/base';
import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { Instrument } from '@zhanggui/ui/instrument.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useCommand } from '../../controller/use-command.ts';
import { useSetting } from '../../controller/use-till.ts';
import { Refusal } from '../refusal.tsx';
import { ReadCard, useCardMethod } from './read-card.tsx';
import { useText } from './texts.ts';

interface Balance {
  readonly maskedInstrument: string;
  readonly balance: { readonly amountMinor: number } | null;
  readonly decline: { readonly message: Bilingual } | null;
}

/** Reads a card and tells what its bank says of its balance; nothing of it is kept. */
export function CardBalance() {
  const t = useText();
  const method = useCardMethod();
  const language = useLanguage();
  const { till } = useSetting();
  const [balance, setBalance] = useState<Balance | null>(null);
  const { busy, refusal, run, refuse } = useCommand();

  async function ask(credential: JsonObject): Promise<void> {
    const path = `/tills/${encodeURIComponent(till.id)}/card-balance`;
    const told = await api.send<Balance>('POST', path, { credential });
    if (told.decline !== null) refuse(told.decline.message[language === 'en' ? 'en' : 'zh']);
    else if (told.balance === null) refuse(t('balanceNotTold'));
    else setBalance(told);
  }

  const again = () => {
    setBalance(null);
    refuse(null);
  };
  if (balance !== null)
    return (
      <div className="cards-outcome" data-testid="balance" role="status">
        <span>
          <Instrument masked={balance.maskedInstrument} /> {t('balanceWord')}
        </span>
        <Amount minor={balance.balance?.amountMinor ?? 0} size="due" />
        <small>{t('balanceHint')}</small>
        <Button onClick={again}>{t('again')}</Button>
      </div>
    );
  if (refusal !== null)
    return (
      <div className="cards-outcome">
        <Refusal words={t('balanceFailed', { reason: refusal })} />
        <Button kind="primary" onClick={again} data-testid="balance-again">
          {t('again')}
        </Button>
      </div>
    );
  if (method === undefined) return null;
  return (
    <div className="cards-pane">
      <ReadCard
        method={method}
        purpose="balance"
        amountMinor={0}
        busy={busy}
        onRead={(read) => void run(() => ask(read))}
      />
    </div>
  );
}
