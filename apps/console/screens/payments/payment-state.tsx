import { formatMoney } from '@zhanggui/base';
import { Badge } from '@zhanggui/ui/chip.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import type { Payment } from '../../contract.ts';
import { inLanguage } from '../../queries.ts';
import { useText } from '../../texts.ts';
import { stateWords } from '../words.ts';

const SIGNS = {
  succeeded: { tone: 'paid', icon: 'check' },
  pending: { tone: 'waiting', icon: 'clock' },
  failed: { tone: 'failed', icon: 'close' },
} as const;

/** How a payment stands: a sign, words and a colour that say the same. A decline says why. */
export function PaymentState({ payment }: { readonly payment: Payment }) {
  const t = useText();
  const language = useLanguage();
  const { result, state, decline, refundedMinor, amountMinor } = payment;
  const words = decline === null ? stateWords(t, state) : inLanguage(decline.message, language);
  return (
    <span className="states">
      <ResultTag result={result} words={words} />
      {refundedMinor > 0 && (
        <Badge>
          <span className="num">
            {refundedMinor === amountMinor
              ? t('refundedAll')
              : t('refundedPart', { amount: formatMoney(refundedMinor) })}
          </span>
        </Badge>
      )}
    </span>
  );
}

interface ResultTagProps {
  readonly result: Payment['result'];
  readonly words: string;
}

/** The slim mark of an outcome in a row. */
export function ResultTag({ result, words }: ResultTagProps) {
  const { tone, icon } = SIGNS[result];
  return (
    <span className={`result-tag tone-${tone}`}>
      <Icon name={icon} size={15} />
      {words}
    </span>
  );
}
