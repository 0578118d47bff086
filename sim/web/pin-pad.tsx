import { Icon } from '@zhanggui/ui/icon.tsx';
import { usePadKeyboard } from '@zhanggui/ui/use-pad-keyboard.ts';
import { useState } from 'react';
import { useText } from './reader-texts.ts';

interface PinPadProps {
  /** Offered to whoever tries the card; null where no card is known. */
  readonly offeredPin: string | null;
  readonly onEntered: (pin: string) => void;
  readonly onWithout: (why: 'bypassed' | 'cancelled') => void;
}

const SHORTEST = 4;
const LONGEST = 12;
const USUAL = 6;

/** A PIN pad whose digits stand elsewhere each time, so that the place of a touch tells nothing. The keyboard types too. */
export function PinPad({ offeredPin, onEntered, onWithout }: PinPadProps) {
  const t = useText();
  const [digits] = useState(scrambledDigits);
  const [pin, setPin] = useState('');
  const add = (digit: string) => setPin((typed) => (typed.length < LONGEST ? typed + digit : typed));
  const erase = () => setPin((typed) => typed.slice(0, -1));
  const enough = pin.length >= SHORTEST;
  const confirm = () => enough && onEntered(pin);
  usePadKeyboard((key) => {
    if (/^\d$/.test(key)) add(key);
    else if (key === 'erase') erase();
    else if (key === 'clear') setPin('');
  }, confirm);
  const places = Math.max(USUAL, pin.length);
  return (
    <div className="pin-entry">
      <div className="pin-dots" role="status" aria-label={t('pinLength', { count: pin.length })}>
        {Array.from({ length: places }, (_, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a dot is its place.
          <i key={place} className={place < pin.length ? 'is-full' : ''} />
        ))}
      </div>
      <fieldset className="pin-keys num" aria-label={t('keypad')}>
        {digits.slice(0, 9).map((digit) => (
          <button type="button" key={digit} onClick={() => add(digit)}>
            {digit}
          </button>
        ))}
        <button type="button" className="is-word" onClick={() => setPin('')}>
          {t('clear')}
        </button>
        <button type="button" onClick={() => add(digits[9] ?? '0')}>
          {digits[9]}
        </button>
        <button type="button" aria-label={t('erase')} onClick={erase}>
          <Icon name="backspace" size={26} />
        </button>
      </fieldset>
      <div className="pin-actions">
        {offeredPin !== null && (
          <button type="button" className="pin-fill" onClick={() => setPin(offeredPin)}>
            {t('fillPin', { pin: offeredPin })}
          </button>
        )}
        <button type="button" className="pin-back" onClick={() => onWithout('cancelled')}>
          {t('cancelPin')}
        </button>
        <button type="button" className="pin-back pin-bypass" onClick={() => onWithout('bypassed')}>
          {t('bypassPin')}
        </button>
        <button type="button" className="pin-confirm" disabled={!enough} onClick={confirm}>
          {t('confirm')}
        </button>
      </div>
    </div>
  );
}

/** The ten digits in a random order (Fisher and Yates), from the browser's cryptographic generator. */
function scrambledDigits(): string[] {
  const digits = [...'0123456789'];
  const random = crypto.getRandomValues(new Uint32Array(digits.length));
  for (let last = digits.length - 1; last > 0; last -= 1) {
    const other = (random[last] ?? 0) % (last + 1);
    [digits[last], digits[other]] = [digits[other] ?? '', digits[last] ?? ''];
  }
  return digits;
}
