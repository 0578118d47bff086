import { Icon } from './icon.tsx';
import { type PadKey, padKeys } from './number-text.ts';
import { useUiText } from './ui-texts.ts';

interface NumberPadProps {
  /** decimal: with a point, for money and weights. whole: without, for counts. */
  readonly mode: 'decimal' | 'whole';
  readonly onKey: (key: PadKey) => void;
  /** Name of what is being entered, for screen readers. */
  readonly label: string;
}

/** Number pad in the order of a calculator; the keys of the keyboard work beside it. */
export function NumberPad({ mode, onKey, label }: NumberPadProps) {
  const t = useUiText();
  return (
    <fieldset className="zg-pad num" aria-label={label}>
      {padKeys(mode).map((key) => (
        <button
          type="button"
          key={key}
          className={key === 'clear' ? 'is-word' : ''}
          aria-label={key === 'erase' ? t('erase') : undefined}
          onClick={() => onKey(key)}
        >
          {key === 'erase' ? <Icon name="backspace" size={28} /> : key === 'clear' ? t('clear') : key}
        </button>
      ))}
    </fieldset>
  );
}
