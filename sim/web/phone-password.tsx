import { Amount } from '@zhanggui/ui/amount.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { useEffect, useState } from 'react';
import { confirmPayment, type PhoneOrder, type PhoneOwner, refusePayment } from './phone-api.ts';
import { useText } from './phone-texts.ts';

interface PasswordSheetProps {
  readonly owner: PhoneOwner;
  readonly order: PhoneOrder;
}

const LENGTH = 6;
const DEMO_PASSWORD = '123456';
const PLACES = Array.from({ length: LENGTH }, (_, place) => place);

/** The sheet that asks for the password of one payment; the sixth digit sends it. */
export function PasswordSheet({ owner, order }: PasswordSheetProps) {
  const t = useText();
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);

  const send = async (password: string) => {
    const isRight = await confirmPayment(owner, password).catch(() => false);
    setWrong(!isRight);
    setTyped('');
  };
  const type = (digit: string) => {
    if (typed.length >= LENGTH) return;
    setWrong(false);
    setTyped(typed + digit);
    if (typed.length + 1 === LENGTH) void send(typed + digit);
  };
  useKeys((key) => {
    if (/^\d$/.test(key)) type(key);
    if (key === 'Backspace') setTyped(typed.slice(0, -1));
  });

  return (
    <div className="phone-scrim">
      <div className="phone-sheet" role="dialog" aria-modal="true" aria-label={t('enterPassword')}>
        <header>
          <button type="button" className="phone-close" aria-label={t('refuse')} onClick={() => refusePayment(owner)}>
            <Icon name="close" size={22} />
          </button>
          <b>{t('enterPassword')}</b>
        </header>
        <p>
          {t('payTo')} {order.description}
        </p>
        <Amount minor={order.amountMinor} size="due" />
        <div className="phone-dots" role="status" aria-label={t('digitsEntered', { count: typed.length })}>
          {PLACES.map((place) => (
            <i key={place} className={place < typed.length ? 'is-full' : ''} />
          ))}
        </div>
        <p className="phone-wrong" role="alert">
          {wrong && t('wrongPassword')}
        </p>
        <button type="button" className="phone-fill" onClick={() => send(DEMO_PASSWORD)}>
          {t('fillPassword')}
        </button>
        <Keys onDigit={type} onErase={() => setTyped(typed.slice(0, -1))} />
      </div>
    </div>
  );
}

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '', '0', 'erase'] as const;

function Keys({ onDigit, onErase }: { readonly onDigit: (digit: string) => void; readonly onErase: () => void }) {
  const t = useText();
  return (
    <div className="phone-keys num">
      {KEYS.map((key) => {
        if (key === '') return <span key={key} />;
        if (key === 'erase')
          return (
            <button type="button" key={key} aria-label={t('erase')} onClick={onErase}>
              <Icon name="backspace" size={26} />
            </button>
          );
        return (
          <button type="button" key={key} onClick={() => onDigit(key)}>
            {key}
          </button>
        );
      })}
    </div>
  );
}

function useKeys(onKey: (key: string) => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event.key);
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  });
}
