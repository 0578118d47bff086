import { useQuery } from '@tanstack/react-query';
import { formatMoney } from '@zhanggui/base';
import type { RefundView } from '@zhanggui/modules/payments/api.ts';
import type { PreAuthorizationView } from '@zhanggui/modules/payments/hold.ts';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { dateAndTime } from '@zhanggui/ui/clock-time.ts';
import { EmptyState } from '@zhanggui/ui/empty-state.tsx';
import { Instrument } from '@zhanggui/ui/instrument.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useCommand } from '../../controller/use-command.ts';
import { useCommandKey } from '../../controller/use-command-key.ts';
import { useSetting } from '../../controller/use-till.ts';
import { Refusal } from '../refusal.tsx';
import { NewHold } from './new-hold.tsx';
import { useText } from './texts.ts';

/** The open pre-authorizations, the newest first. */
export function useOpenHolds() {
  return useQuery({
    queryKey: ['holds'],
    queryFn: async () =>
      (await api.get<{ preAuthorizations: PreAuthorizationView[] }>('/pre-authorizations?open=1')).preAuthorizations,
    refetchInterval: 5_000,
  });
}

/** What is reserved on cards now: new ones, and what can still be let go. */
export function Holds() {
  const t = useText();
  const holds = useOpenHolds();
  const [adding, setAdding] = useState(false);
  if (adding)
    return (
      <NewHold
        onDone={() => {
          setAdding(false);
          void holds.refetch();
        }}
      />
    );
  return (
    <div className="cards-pane">
      <Button kind="primary" size="large" icon="plus" onClick={() => setAdding(true)} data-testid="new-hold">
        {t('newHold')}
      </Button>
      <Refusal words={holds.isError ? t('serverSilent') : null} />
      {holds.data?.length === 0 && (
        <EmptyState icon="card" title={t('noHolds')}>
          {t('noHoldsHint')}
        </EmptyState>
      )}
      <ul className="holds">
        {holds.data?.map((hold) => (
          <HoldRow key={hold.id} hold={hold} onChanged={() => void holds.refetch()} />
        ))}
      </ul>
      {(holds.data?.length ?? 0) > 0 && <p className="cards-hint">{t('completeHint')}</p>}
    </div>
  );
}

function HoldRow({ hold, onChanged }: { readonly hold: PreAuthorizationView; readonly onChanged: () => void }) {
  const t = useText();
  const keyFor = useCommandKey();
  const language = useLanguage();
  const { session } = useSetting();
  const mayVoid = session.permissions.includes('refund');
  const [tries, setTries] = useState(1);
  const { busy, refusal, run, refuse } = useCommand();

  async function letGo(): Promise<void> {
    const path = `/payments/${hold.id}/refunds`;
    const body = { amountMinor: hold.amountMinor, reason: t('voidReason') };
    const key = keyFor({ path, body, tries });
    const refund = await api.send<RefundView>('POST', path, body, { idempotencyKey: key });
    setTries(tries + 1);
    if (refund.decline !== null) refuse(refund.decline.message[language === 'en' ? 'en' : 'zh']);
    onChanged();
  }

  return (
    <li data-testid="card-hold" data-standing={hold.standing}>
      <HoldFacts hold={hold} />
      {hold.standing === 'open' && !mayVoid && <span className="cards-hint">{t('voidByManager')}</span>}
      {hold.standing === 'open' && mayVoid && (
        <Button kind="danger" busy={busy} onClick={() => void run(letGo)} data-testid="void-hold">
          {t('voidHold')}
        </Button>
      )}
      {hold.standing !== 'open' && <span className="holds-standing">{standingWord(t, hold.standing)}</span>}
      <Refusal words={refusal} />
    </li>
  );
}

/** Amount, card, and how long it is good. */
export function HoldFacts({ hold }: { readonly hold: PreAuthorizationView }) {
  const t = useText();
  return (
    <span className="holds-facts">
      <Amount minor={hold.amountMinor} size="title" />
      <span>
        {hold.maskedInstrument && <Instrument masked={hold.maskedInstrument} />}
        {' · '}
        <span>{t('mostMinor', { amount: formatMoney(hold.largestCompletionMinor) })}</span>
      </span>
      <small className="num">
        <span>{t('heldOn', { time: dateAndTime(hold.createdAt).slice(5) })}</span>
        {hold.expiresAt !== null && (
          <>
            {' · '}
            <span>{t('until', { date: dateAndTime(hold.expiresAt).slice(5, 10) })}</span>
          </>
        )}
      </small>
    </span>
  );
}

function standingWord(t: ReturnType<typeof useText>, standing: PreAuthorizationView['standing']): string {
  switch (standing) {
    case 'voiding':
      return t('voiding');
    case 'completing':
      return t('completing');
    case 'expired':
      return t('expired');
    default:
      return t('holdPending');
  }
}
