import { formatMoney } from '@zhanggui/base';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { NumberPad } from '@zhanggui/ui/number-pad.tsx';
import { type PadKey, typeKey, unitsOf } from '@zhanggui/ui/number-text.ts';
import { Segmented } from '@zhanggui/ui/segmented.tsx';
import { usePadKeyboard } from '@zhanggui/ui/use-pad-keyboard.ts';
import { useState } from 'react';
import type { RoundingControl, TenderPanelProps } from '../../../web/method-screen.ts';
import { MOST_TENDERED_MINOR } from '../most-tendered.ts';
import { suggestNotes } from './suggest-notes.ts';
import { useCashText } from './texts.ts';
import './cash.css';

/** Takes cash: a note with one tap, or any sum; less than is due is a part of the payment. */
export function CashPanel({ amountMinor, currency, busy, rounding, submit }: TenderPanelProps) {
  const t = useCashText();
  const [typed, setTyped] = useState('');
  const tenderedMinor = typed === '' ? amountMinor : unitsOf(typed, 2);
  const take = (tendered: number) => {
    if (!busy && tendered > 0) submit({ tenderedMinor: tendered }, Math.min(tendered, amountMinor));
  };
  const press = (key: PadKey) =>
    setTyped((text) => {
      const next = typeKey(text, key, 2);
      return unitsOf(next, 2) > MOST_TENDERED_MINOR ? text : next;
    });
  usePadKeyboard(press, () => take(tenderedMinor));

  return (
    <div className="cash-panel">
      <div className="cash-main">
        <p className="cash-ask">{t('handedOver')}</p>
        <SuggestedNotes amountMinor={amountMinor} busy={busy} take={take} />
        <RoundingChoice rounding={rounding} />
        <dl className="cash-figures" aria-live="polite">
          <dt>{t('tendered')}</dt>
          <dd>
            <Amount minor={tenderedMinor} currency={currency} size="title" className={typed === '' ? 'is-faint' : ''} />
          </dd>
          <dt>{t(tenderedMinor < amountMinor ? 'left' : 'change')}</dt>
          <dd>
            <Amount minor={Math.abs(tenderedMinor - amountMinor)} currency={currency} size="due" />
          </dd>
        </dl>
      </div>
      <div className="cash-entry">
        <NumberPad mode="decimal" onKey={press} label={t('pad')} />
        <Button
          kind="primary"
          size="large"
          wide
          busy={busy}
          disabled={tenderedMinor === 0}
          shortcut="Enter"
          data-testid="cash-take"
          onClick={() => take(tenderedMinor)}
        >
          {takeWords(t, tenderedMinor, amountMinor)}
        </Button>
      </div>
    </div>
  );
}

function takeWords(t: ReturnType<typeof useCashText>, tenderedMinor: number, amountMinor: number): string {
  const tendered = formatMoney(tenderedMinor);
  if (tenderedMinor > amountMinor) return t('take', { tendered, change: formatMoney(tenderedMinor - amountMinor) });
  if (tenderedMinor === amountMinor) return t('takeExact', { tendered });
  return t('takePart', { tendered, rest: formatMoney(amountMinor - tenderedMinor) });
}

interface NotesProps {
  readonly amountMinor: number;
  readonly busy: boolean;
  readonly take: (tenderedMinor: number) => void;
}

function SuggestedNotes({ amountMinor, busy, take }: NotesProps) {
  const t = useCashText();
  const suggested = suggestNotes(amountMinor, 5);
  const likeliest = Math.min(...suggested.map(({ notes }) => notes));
  const best = suggested.find(({ notes }) => notes === likeliest)?.tenderedMinor;
  return (
    <fieldset className="cash-notes num" aria-label={t('notes')} disabled={busy}>
      <button type="button" onClick={() => take(amountMinor)} data-testid="note-exact">
        {formatMoney(amountMinor)} <small>{t('exact')}</small>
      </button>
      {suggested.map(({ tenderedMinor }) => (
        <button
          type="button"
          key={tenderedMinor}
          className={tenderedMinor === best ? 'is-best' : ''}
          onClick={() => take(tenderedMinor)}
          data-testid={`note-${tenderedMinor / 100}`}
        >
          ¥{tenderedMinor / 100}
        </button>
      ))}
    </fieldset>
  );
}

function RoundingChoice({ rounding }: { readonly rounding: RoundingControl }) {
  const t = useCashText();
  const fen = rounding.fullMinor % 10;
  const jiao = rounding.fullMinor % 100;
  if (!rounding.mayChange || jiao === 0) return null;
  const options = [
    { value: '0', label: t('roundNone') },
    ...(fen > 0 ? [{ value: String(fen), label: `${t('roundFen')} −${formatMoney(fen).slice(1)}` }] : []),
    ...(jiao > fen ? [{ value: String(jiao), label: `${t('roundJiao')} −${formatMoney(jiao).slice(1)}` }] : []),
  ];
  return (
    <div className="cash-rounding">
      <span>{t('rounding')}</span>
      <Segmented
        label={t('rounding')}
        value={String(rounding.minor)}
        options={options}
        onChange={(minor) => rounding.choose(Number(minor))}
      />
    </div>
  );
}
