import { formatMoney, parseDecimal } from '@zhanggui/base';
import type { LinkView } from '@zhanggui/modules/sales/link-routes.ts';
import { ApiProblem } from '@zhanggui/ui/api-client.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { Field } from '@zhanggui/ui/field.tsx';
import { nameIn, useLanguage } from '@zhanggui/ui/language.ts';
import { Segmented } from '@zhanggui/ui/segmented.tsx';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { type FormEvent, useState } from 'react';
import { Trouble } from '../trouble.tsx';
import { useCreateLink, useTills } from './links-queries.ts';
import { useLinksText } from './texts.ts';

const VALID_MINUTES = ['60', '1440', '10080'] as const;
type ValidMinutes = (typeof VALID_MINUTES)[number];

interface NewLinkDialogProps {
  readonly onClose: () => void;
  readonly onMade: (link: LinkView) => void;
}

/** What is to be paid, how much and until when; one press makes the link. */
export function NewLinkDialog({ onClose, onMade }: NewLinkDialogProps) {
  const t = useLinksText();
  const tills = useTills();
  const [title, setTitle] = useState('');
  const [amount, setAmount] = useState('');
  const [chosen, setChosen] = useState<string>();
  const [valid, setValid] = useState<ValidMinutes>('1440');
  const [checked, setChecked] = useState(false);
  const make = useCreateLink(onMade);
  const amountMinor = minorOf(amount);
  const tillId = chosen ?? tills.data?.tills[0]?.id;
  const titled = title.trim() !== '';
  function send(event: FormEvent): void {
    event.preventDefault();
    setChecked(true);
    if (!titled || amountMinor === undefined || tillId === undefined) return;
    make.mutate({ tillId, title: title.trim(), amountMinor, validMinutes: Number(valid) });
  }
  return (
    <Dialog onClose={onClose} title={t('newLink')} width="narrow" testId="new-link-dialog">
      <form className="links-form" onSubmit={send}>
        <Field
          label={t('orderTitle')}
          hint={t('orderTitleHint')}
          error={checked && !titled ? t('orderTitleWrong') : undefined}
          maxLength={60}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
          data-testid="link-title"
        />
        <Field
          label={t('amount')}
          error={checked && amountMinor === undefined ? t('amountWrong') : undefined}
          inputMode="decimal"
          autoComplete="off"
          value={amount}
          onChange={(event) => setAmount(event.target.value.trim())}
          data-testid="link-amount"
        />
        <ValidChoice valid={valid} onChange={setValid} />
        {tills.error && <Trouble error={tills.error} onAgain={tills.refetch} />}
        {tillId !== undefined && <TillChoice tillId={tillId} onChange={setChosen} />}
        {make.error && (
          <StateBar tone="failed" icon="alert" role="alert">
            {make.error instanceof ApiProblem ? make.error.title : t('silent')}
          </StateBar>
        )}
        <Button
          type="submit"
          kind="primary"
          size="large"
          wide
          busy={make.isPending}
          disabled={tillId === undefined}
          data-testid="link-create"
        >
          {t('create')}
          {amountMinor !== undefined && ` ${formatMoney(amountMinor)}`}
        </Button>
      </form>
    </Dialog>
  );
}

interface ValidChoiceProps {
  readonly valid: ValidMinutes;
  readonly onChange: (valid: ValidMinutes) => void;
}

function ValidChoice({ valid, onChange }: ValidChoiceProps) {
  const t = useLinksText();
  return (
    <div className="links-choice">
      <span>{t('valid')}</span>
      <Segmented
        label={t('valid')}
        value={valid}
        onChange={onChange}
        options={VALID_MINUTES.map((value) => ({ value, label: t(`valid_${value}`) }))}
      />
    </div>
  );
}

interface TillChoiceProps {
  readonly tillId: string;
  readonly onChange: (tillId: string) => void;
}

function TillChoice({ tillId, onChange }: TillChoiceProps) {
  const t = useLinksText();
  const language = useLanguage();
  const tills = useTills().data?.tills ?? [];
  return (
    <label className="links-choice">
      <span>{t('till')}</span>
      <select className="control" value={tillId} onChange={(event) => onChange(event.target.value)}>
        {tills.map((till) => (
          <option key={till.id} value={till.id}>
            {nameIn(language, till)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Minor units of what was typed, or undefined when it is no amount that can be paid. */
function minorOf(typed: string): number | undefined {
  try {
    const minor = parseDecimal(typed);
    return minor > 0 ? minor : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
