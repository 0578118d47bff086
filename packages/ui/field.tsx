import { type FormEvent, type InputHTMLAttributes, type ReactNode, type Ref, useId, useState } from 'react';
import { useUiText } from './ui-texts.ts';

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  /** What is wrong with the value, in words. */
  readonly error?: ReactNode;
  readonly ref?: Ref<HTMLInputElement>;
}

/**
 * A text input with its label above and, below, a hint or what is wrong. A required one that is empty says so here when its form
 * is sent: the browser's own words are in the browser's language, not in the page's.
 */
export function Field({ label, hint, error: refusal, className, onChange, ...rest }: FieldProps) {
  const t = useUiText();
  const id = useId();
  const [missing, setMissing] = useState(false);
  const error = refusal ?? (missing ? t('required') : undefined);
  const note = error ?? hint;
  function sayMissing(event: FormEvent<HTMLInputElement>): void {
    event.preventDefault();
    setMissing(true);
    const input = event.currentTarget;
    if (input.form?.querySelector('input:invalid') === input) input.focus();
  }
  return (
    <div className={`zg-field ${error ? 'has-error' : ''} ${className ?? ''}`}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        {...rest}
        onInvalid={sayMissing}
        onChange={(event) => {
          setMissing(false);
          onChange?.(event);
        }}
      />
      {note && (
        <p id={`${id}-note`} className="zg-field-note" role={error ? 'alert' : undefined}>
          {note}
        </p>
      )}
    </div>
  );
}
