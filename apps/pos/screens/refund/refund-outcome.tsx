import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { PaymentView, RefundView } from '@zhanggui/modules/payments/api.ts';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { Instrument } from '@zhanggui/ui/instrument.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { playCue } from '@zhanggui/ui/sound.ts';
import { OutcomeMark } from '@zhanggui/ui/state-bar.tsx';
import { useEffect } from 'react';
import { api } from '../../api.ts';
import { useMethodTitle } from '../tender/use-method-title.ts';
import { useText } from './texts.ts';

const ASK_EVERY_MS = 700;

interface RefundOutcomeProps {
  /** As the server first told of it. */
  readonly refund: RefundView;
  readonly payment: PaymentView;
  readonly onAgain: () => void;
  readonly onClose: () => void;
}

const WORDS = { succeeded: 'done', pending: 'pending', failed: 'failed' } as const;

/** What became of a refund; one that is under way is followed until it is certain. */
export function RefundOutcome({ refund: first, payment, onAgain, onClose }: RefundOutcomeProps) {
  const t = useText();
  const client = useQueryClient();
  const language = useLanguage();
  const method = useMethodTitle(payment.method);
  const followed = useQuery({
    queryKey: ['refund', first.id],
    queryFn: () => api.get<RefundView>(`/payments/${payment.id}/refunds/${first.id}`),
    initialData: first,
    refetchInterval: ({ state }) => state.data?.result === 'pending' && ASK_EVERY_MS,
  });
  const { result, decline, amountMinor } = followed.data;
  useEffect(() => {
    if (result === 'pending') return;
    playCue(result === 'succeeded' ? 'good' : 'bad');
    void client.invalidateQueries({ queryKey: ['receipt'] });
    void client.invalidateQueries({ queryKey: ['last-payments'] });
  }, [result, client]);
  return (
    <div className="refund-outcome" data-testid="refund-outcome" data-result={result} role="status">
      <OutcomeMark result={result} size={72} />
      <strong>{t(WORDS[result])}</strong>
      <Amount minor={amountMinor} size="due" />
      <span>
        {method} {payment.maskedInstrument && <Instrument masked={payment.maskedInstrument} />}
      </span>
      {decline !== null && <p>{decline.message[language === 'en' ? 'en' : 'zh']}</p>}
      <div className="refund-actions">
        {result === 'failed' && (
          <Button size="large" icon="repeat" onClick={onAgain} data-testid="refund-again">
            {t('again')}
          </Button>
        )}
        <Button kind="primary" size="large" onClick={onClose} data-testid="refund-done">
          {t('close')}
        </Button>
      </div>
    </div>
  );
}
