import { useId } from 'react';

interface LongFieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly 'data-testid'?: string;
}

/** A field of several lines for the content of a key or certificate file. */
export function LongField({ label, hint, error, value, onChange, 'data-testid': testId }: LongFieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={`zg-field ${error ? 'has-error' : ''}`}>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className="channel-long"
        rows={4}
        spellCheck={false}
        autoComplete="off"
        placeholder="-----BEGIN …"
        value={value}
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        onChange={(event) => onChange(event.target.value)}
        data-testid={testId}
      />
      {note && (
        <p id={`${id}-note`} className="zg-field-note" role={error ? 'alert' : undefined}>
          {note}
        </p>
      )}
    </div>
  );
}
