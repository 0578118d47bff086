import type { KeyRequestView } from '@zhanggui/modules/keys/api.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { Field } from '@zhanggui/ui/field.tsx';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { type FormEvent, useState } from 'react';
import { useRefuse } from './keys-queries.ts';
import { useKeysText } from './texts.ts';
import { troubleWords } from './words.ts';

interface RefuseDialogProps {
  readonly request: KeyRequestView;
  readonly onClose: () => void;
}

const LEAST_REASON = 4;

/** Why a request is refused or withdrawn. */
export function RefuseDialog({ request, onClose }: RefuseDialogProps) {
  const t = useKeysText();
  const [reason, setReason] = useState('');
  const [checked, setChecked] = useState(false);
  const refuse = useRefuse(request.id, onClose);
  const fits = reason.trim().length >= LEAST_REASON;
  function send(event: FormEvent): void {
    event.preventDefault();
    setChecked(true);
    if (fits) refuse.mutate(reason.trim());
  }
  return (
    <Dialog onClose={onClose} title={t(`kind_${request.kind}`)} width="narrow" testId="refuse-dialog">
      <form className="key-form" onSubmit={send}>
        <p>
          <code>{request.keyName}</code>
        </p>
        <Field
          label={t('reason')}
          error={checked && !fits ? t('reasonWrong') : undefined}
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {refuse.error && (
          <StateBar tone="failed" icon="alert" role="alert">
            {troubleWords(t, refuse.error)}
          </StateBar>
        )}
        <Button type="submit" kind="danger" size="large" wide busy={refuse.isPending}>
          {t('refuseNow')}
        </Button>
      </form>
    </Dialog>
  );
}
