import { Icon } from '@zhanggui/ui/icon.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { dayTitle } from '../dates.ts';
import { useText } from '../texts.ts';
import './day-field.css';

interface DayFieldProps {
  /** `YYYY-MM-DD`, or empty. */
  readonly value: string;
  /** What an empty field says. */
  readonly empty?: string;
  readonly max?: string;
  readonly onChange: (on: string) => void;
  readonly testId?: string;
}

/**
 * A day, written as people of the page's language write it. The browser's own date field lies below the words: a press opens its
 * calendar, and with the keyboard it shows itself and is typed into.
 */
export function DayField({ value, empty, max, onChange, testId }: DayFieldProps) {
  const t = useText();
  const language = useLanguage();
  return (
    <span className="day-field">
      <input
        type="date"
        aria-label={t('day')}
        value={value}
        max={max}
        onClick={(event) => event.currentTarget.showPicker()}
        onChange={(event) => onChange(event.target.value)}
        data-testid={testId}
      />
      <span aria-hidden="true">
        <Icon name="calendar" size={20} />
        {value === '' ? empty : dayTitle(value, language)}
      </span>
    </span>
  );
}
