import type { ChannelSettingView } from '@zhanggui/modules/payments/channel-routes.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { Field } from '@zhanggui/ui/field.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { useState } from 'react';
import { inLanguage } from '../../queries.ts';
import { LongField } from './long-field.tsx';
import { useChannelsText } from './texts.ts';

interface ManyFieldProps {
  readonly setting: ChannelSettingView;
  readonly typed: Readonly<Record<string, string>>;
  readonly onChange: (name: string, value: string) => void;
  readonly errorOf: (name: string) => string | undefined;
}

/** Keys or certificates of which there may be several, by their serial numbers: those that are there, and a place for one more. */
export function ManyField({ setting, typed, onChange, errorOf }: ManyFieldProps) {
  const t = useChannelsText();
  const language = useLanguage();
  const [serial, setSerial] = useState('');
  const [adding, setAdding] = useState(false);
  const { name, title, hint, each, values } = setting;
  const full = `${name}.${serial}`;
  function rename(wanted: string): void {
    const next = wanted.replace(/[^\w-]/g, '');
    const content = typed[full];
    if (content !== undefined && next !== serial) {
      onChange(full, '');
      onChange(`${name}.${next}`, content);
    }
    setSerial(next);
  }
  return (
    <fieldset className="channel-many">
      <legend>{inLanguage(title, language)}</legend>
      {hint !== null && <small>{inLanguage(hint, language)}</small>}
      <ul>
        {values.map((one) => {
          const gone = typed[one.name] === '';
          return (
            <li key={one.name} className={gone ? 'is-gone' : undefined}>
              <code>{one.name.slice(name.length + 1)}</code>
              {gone ? (
                <small>{t('removed')}</small>
              ) : (
                <Button size="small" icon="trash" onClick={() => onChange(one.name, '')}>
                  {t('remove')}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {adding ? (
        <>
          <Field
            label={each === null ? '' : inLanguage(each, language)}
            value={serial}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => rename(event.target.value)}
            data-testid={`serial-${name}`}
          />
          {serial !== '' && (
            <LongField
              label={inLanguage(title, language)}
              error={errorOf(full)}
              value={typed[full] ?? ''}
              onChange={(value) => onChange(full, value)}
              data-testid={`setting-${name}`}
            />
          )}
        </>
      ) : (
        <Button icon="plus" onClick={() => setAdding(true)} data-testid={`add-${name}`}>
          {t('addOne')}
        </Button>
      )}
    </fieldset>
  );
}
