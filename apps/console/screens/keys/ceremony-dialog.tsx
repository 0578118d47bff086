import type { NewKeyRequest } from '@zhanggui/modules/keys/api.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { Field } from '@zhanggui/ui/field.tsx';
import { Segmented, Switch } from '@zhanggui/ui/segmented.tsx';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { type FormEvent, useState } from 'react';
import { useAsk } from './keys-queries.ts';
import { useKeysText } from './texts.ts';
import { troubleWords } from './words.ts';

interface CeremonyDialogProps {
  readonly onClose: () => void;
  readonly onAsked: () => void;
}

type Ceremony = Extract<NewKeyRequest, { kind: 'ceremony' }>;

const USAGES = ['key-block-protection', 'key-encryption', 'base-derivation'] as const;
const KINDS = [
  { value: 'AES-128', algorithm: 'AES', bits: 128 },
  { value: 'AES-256', algorithm: 'AES', bits: 256 },
  { value: 'TDES-128', algorithm: 'TDES', bits: 128 },
] as const;
const NAME = /^[A-Za-z0-9][A-Za-z0-9/_.-]{0,119}$/;
const LEAST_REASON = 4;

/** What a ceremony will load; the components come later, each from another person. */
export function CeremonyDialog({ onClose, onAsked }: CeremonyDialogProps) {
  const t = useKeysText();
  const [form, setForm] = useState<CeremonyForm>(EMPTY);
  const [checked, setChecked] = useState(false);
  const ask = useAsk(onAsked);
  const wrong = wrongIn(form);
  const change = (part: Partial<CeremonyForm>) => setForm({ ...form, ...part });
  function send(event: FormEvent): void {
    event.preventDefault();
    setChecked(true);
    if (!Object.values(wrong).includes(true)) ask.mutate(requestOf(form));
  }
  return (
    <Dialog onClose={onClose} title={t('newCeremony')} testId="ceremony-dialog">
      <form className="key-form" onSubmit={send}>
        <p>{t('ceremonyIntro')}</p>
        <Field
          label={t('keyName')}
          hint={t('keyNameHint')}
          error={checked && wrong.keyName ? t('keyNameWrong') : undefined}
          value={form.keyName}
          onChange={(event) => change({ keyName: event.target.value.trim() })}
          autoComplete="off"
          spellCheck={false}
          data-testid="ceremony-name"
        />
        <KindOfKey form={form} change={change} />
        <MoreOfKey form={form} change={change} wrong={checked ? wrong : NOTHING_WRONG} />
        <Field
          label={t('reason')}
          error={checked && wrong.reason ? t('reasonWrong') : undefined}
          maxLength={200}
          value={form.reason}
          onChange={(event) => change({ reason: event.target.value })}
          data-testid="ceremony-reason"
        />
        {ask.error && (
          <StateBar tone="failed" icon="alert" role="alert">
            {troubleWords(t, ask.error)}
          </StateBar>
        )}
        <Button type="submit" kind="primary" size="large" wide busy={ask.isPending} data-testid="ceremony-send">
          {t('send')}
        </Button>
      </form>
    </Dialog>
  );
}

interface PartProps {
  readonly form: CeremonyForm;
  readonly change: (part: Partial<CeremonyForm>) => void;
}

/** What the key is for, how long it is and how many people bring it. */
function KindOfKey({ form, change }: PartProps) {
  const t = useKeysText();
  return (
    <>
      <div className="key-choice">
        <span>{t('usageIs')}</span>
        <Segmented
          label={t('usageIs')}
          value={form.usage}
          onChange={(usage) => change({ usage })}
          options={USAGES.map((value) => ({ value, label: t(`usage_${value}`) }))}
        />
      </div>
      <div className="key-choices">
        <div className="key-choice">
          <span>{t('algorithm')}</span>
          <Segmented
            label={t('algorithm')}
            value={form.kind}
            onChange={(kind) => change({ kind })}
            options={KINDS.map(({ value }) => ({ value, label: value }))}
          />
        </div>
        <div className="key-choice">
          <span>{t('componentCount')}</span>
          <Segmented
            label={t('componentCount')}
            value={form.components}
            onChange={(components) => change({ components })}
            options={(['2', '3'] as const).map((value) => ({ value, label: t('people', { count: Number(value) }) }))}
          />
        </div>
      </div>
    </>
  );
}

/** What may be left as it is. */
function MoreOfKey({ form, change, wrong }: PartProps & { readonly wrong: Wrong }) {
  const t = useKeysText();
  return (
    <>
      <div className="key-choices">
        <Field
          label={t('expectedCheckValue')}
          error={wrong.checkValue ? t('expectedWrong') : undefined}
          value={form.checkValue}
          onChange={(event) => change({ checkValue: event.target.value.trim().toUpperCase() })}
          autoComplete="off"
        />
        <Field
          label={t('parentKey')}
          hint={t('parentHint')}
          error={wrong.parent ? t('keyNameWrong') : undefined}
          value={form.parent}
          onChange={(event) => change({ parent: event.target.value.trim() })}
          autoComplete="off"
        />
      </div>
      <Switch label={t('exportable')} on={form.exportable} onChange={(exportable) => change({ exportable })} />
    </>
  );
}

interface CeremonyForm {
  readonly keyName: string;
  readonly usage: Ceremony['usage'];
  readonly kind: (typeof KINDS)[number]['value'];
  readonly components: '2' | '3';
  readonly checkValue: string;
  readonly parent: string;
  readonly exportable: boolean;
  readonly reason: string;
}

const EMPTY: CeremonyForm = {
  keyName: '',
  usage: 'key-block-protection',
  kind: 'AES-128',
  components: '2',
  checkValue: '',
  parent: '',
  exportable: false,
  reason: '',
};

type Wrong = Readonly<Record<'keyName' | 'checkValue' | 'parent' | 'reason', boolean>>;

const NOTHING_WRONG: Wrong = { keyName: false, checkValue: false, parent: false, reason: false };

function wrongIn({ keyName, checkValue, parent, reason }: CeremonyForm): Wrong {
  return {
    keyName: !NAME.test(keyName),
    checkValue: !/^([0-9A-F]{4,16})?$/.test(checkValue) || checkValue.length % 2 === 1,
    parent: parent !== '' && !NAME.test(parent),
    reason: reason.trim().length < LEAST_REASON,
  };
}

function requestOf({
  keyName,
  usage,
  kind,
  components,
  checkValue,
  parent,
  exportable,
  reason,
}: CeremonyForm): Ceremony {
  const { algorithm, bits } = KINDS.find(({ value }) => value === kind) ?? KINDS[0];
  return {
    kind: 'ceremony',
    keyName,
    reason: reason.trim(),
    algorithm,
    usage,
    bits,
    components: components === '2' ? 2 : 3,
    exportable,
    ...(parent === '' ? {} : { parent }),
    ...(checkValue === '' ? {} : { checkValue }),
  };
}
