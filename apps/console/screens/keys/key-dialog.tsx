import type { KeyView } from '@zhanggui/modules/keys/api.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { dateAndTime } from '@zhanggui/ui/clock-time.ts';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { Field } from '@zhanggui/ui/field.tsx';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { type FormEvent, useId, useState } from 'react';
import { useAsk, useKeyVersions } from './keys-queries.ts';
import { useKeysText } from './texts.ts';
import { troubleWords, usageWords } from './words.ts';

interface KeyDialogProps {
  readonly view: KeyView;
  readonly keys: readonly KeyView[];
  readonly onClose: () => void;
  readonly onAsked: () => void;
}

/** All that is known of a key, its earlier versions, and the two things that may be asked for it. */
export function KeyDialog({ view, keys, onClose, onAsked }: KeyDialogProps) {
  const t = useKeysText();
  const [asking, setAsking] = useState<'export' | 'destruction'>();
  const facts = [
    [t('usageIs'), usageWords(t, view)],
    [t('algorithm'), `${view.algorithm} ${view.bits}`],
    [t('checkValue'), view.checkValue],
    [t('parentKey'), view.parent ?? '–'],
    [t('created'), dateAndTime(view.createdAt)],
    [t('activated'), dateAndTime(view.activatedAt)],
    [t('age'), t('ageOfPeriod', { age: view.ageDays, period: view.periodDays })],
    [t('uses'), view.lastUsedAt === null ? t('neverUsed') : t('usesTimes', { count: view.usesInDay })],
  ] as const;
  return (
    <Dialog onClose={onClose} title={<code>{view.name}</code>} shape="side" testId="key-dialog">
      <div className="key-sheet">
        <dl className="key-facts num">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <p className="key-leave">{t(view.exportable ? 'mayLeave' : 'mayNotLeave')}</p>
        <Versions name={view.name} />
        {asking && <AskForm key={asking} kind={asking} view={view} keys={keys} onAsked={onAsked} />}
        {asking === undefined && view.level !== 'platform' && (
          <div className="key-actions">
            {view.exportable && (
              <Button icon="open" onClick={() => setAsking('export')} data-testid="ask-export">
                {t('askExport')}
              </Button>
            )}
            <Button kind="danger" icon="trash" onClick={() => setAsking('destruction')} data-testid="ask-destruction">
              {t('askDestruction')}
            </Button>
          </div>
        )}
      </div>
    </Dialog>
  );
}

function Versions({ name }: { readonly name: string }) {
  const t = useKeysText();
  const { data } = useKeyVersions(name);
  return (
    <section className="key-versions num">
      <h3>{t('versions')}</h3>
      <ol>
        {data?.versions.map(({ version, checkValue, activatedAt, retiredAt }) => (
          <li key={version}>
            <b>v{version}</b>
            <code>{checkValue}</code>
            <span>
              {dateAndTime(activatedAt)} – {retiredAt === null ? t('inUse') : dateAndTime(retiredAt)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

interface AskFormProps {
  readonly kind: 'export' | 'destruction';
  readonly view: KeyView;
  readonly keys: readonly KeyView[];
  readonly onAsked: () => void;
}

const LEAST_REASON = 4;

function AskForm({ kind, view, keys, onAsked }: AskFormProps) {
  const t = useKeysText();
  const selectId = useId();
  const protections = keys.filter(({ usage }) => usage === 'key-block-protection');
  const [under, setUnder] = useState(protections[0]?.name ?? '');
  const [reason, setReason] = useState('');
  const [checked, setChecked] = useState(false);
  const ask = useAsk(onAsked);
  const fits = reason.trim().length >= LEAST_REASON;
  function send(event: FormEvent): void {
    event.preventDefault();
    setChecked(true);
    if (!fits) return;
    const details = { keyName: view.name, reason: reason.trim() };
    ask.mutate(kind === 'export' ? { kind, ...details, under } : { kind, ...details });
  }
  return (
    <form className="key-form" onSubmit={send}>
      <h3>{t(`kind_${kind}`)}</h3>
      {kind === 'export' && protections.length === 0 && <p>{t('noProtection')}</p>}
      {kind === 'export' && protections.length > 0 && (
        <div className="key-select">
          <label htmlFor={selectId}>{t('underKey')}</label>
          <select id={selectId} className="control" value={under} onChange={(event) => setUnder(event.target.value)}>
            {protections.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </div>
      )}
      <Field
        label={t('reason')}
        error={checked && !fits ? t('reasonWrong') : undefined}
        maxLength={200}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        data-testid="ask-reason"
      />
      {ask.error && (
        <StateBar tone="failed" icon="alert" role="alert">
          {troubleWords(t, ask.error)}
        </StateBar>
      )}
      <Button
        type="submit"
        kind={kind === 'export' ? 'primary' : 'danger'}
        wide
        busy={ask.isPending}
        disabled={kind === 'export' && under === ''}
        data-testid="ask-send"
      >
        {t('send')}
      </Button>
    </form>
  );
}
