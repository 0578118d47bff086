import type { KeyRequestView } from '@zhanggui/modules/keys/api.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { Field } from '@zhanggui/ui/field.tsx';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { type FormEvent, useState } from 'react';
import { useBringComponent } from './keys-queries.ts';
import { useKeysText } from './texts.ts';
import { troubleWords } from './words.ts';

interface ComponentDialogProps {
  readonly request: KeyRequestView;
  readonly number: number;
  readonly onClose: () => void;
}

/** One person's component, hidden while it is typed; its check value is shown for comparison with the envelope. */
export function ComponentDialog({ request, number, onClose }: ComponentDialogProps) {
  const t = useKeysText();
  const [component, setComponent] = useState('');
  const [checked, setChecked] = useState(false);
  const bring = useBringComponent(request.id, number);
  const digits = (request.bits ?? 0) / 4;
  const fits = component.length === digits && /^[0-9A-Fa-f]+$/.test(component);
  const checkValue = bring.data?.components.find((entered) => entered.number === number)?.checkValue;
  function send(event: FormEvent): void {
    event.preventDefault();
    setChecked(true);
    if (fits) bring.mutate(component, { onSuccess: () => setComponent('') });
  }
  return (
    <Dialog onClose={onClose} title={t('bringComponent', { number })} width="narrow" testId="component-dialog">
      <form className="key-form" onSubmit={send}>
        <p>
          <code>{request.keyName}</code>
        </p>
        {checkValue === undefined ? (
          <Field
            label={t('component')}
            hint={t('componentHint', { count: digits })}
            error={checked && !fits ? t('componentWrong', { count: digits }) : undefined}
            type="password"
            autoComplete="off"
            spellCheck={false}
            value={component}
            onChange={(event) => setComponent(event.target.value.replace(/\s/g, ''))}
            data-testid="component"
          />
        ) : (
          <StateBar tone="paid" icon="check" role="status">
            {t('componentDone', { value: checkValue })}
          </StateBar>
        )}
        {bring.error && (
          <StateBar tone="failed" icon="alert" role="alert">
            {troubleWords(t, bring.error)}
          </StateBar>
        )}
        {checkValue === undefined && (
          <Button type="submit" kind="primary" size="large" wide busy={bring.isPending} data-testid="component-send">
            {t('componentSave')}
          </Button>
        )}
      </form>
    </Dialog>
  );
}
