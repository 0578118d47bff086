import type { ChannelSettingView, ChannelView } from '@zhanggui/modules/payments/channel-routes.ts';
import { ApiProblem } from '@zhanggui/ui/api-client.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { dateAndTime } from '@zhanggui/ui/clock-time.ts';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { Field } from '@zhanggui/ui/field.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { inLanguage } from '../../queries.ts';
import { useChangeChannel } from './channels-queries.ts';
import { LongField } from './long-field.tsx';
import { ManyField } from './many-field.tsx';
import { useChannelsText } from './texts.ts';

/** What was typed, by the name of the setting; what was not touched is not here. */
type Typed = Readonly<Record<string, string>>;

interface ChannelDialogProps {
  readonly channel: ChannelView;
  readonly onClose: () => void;
}

/** The account's settings, each with its words; what was refused says so at its own field. */
export function ChannelDialog({ channel, onClose }: ChannelDialogProps) {
  const t = useChannelsText();
  const language = useLanguage();
  const [typed, setTyped] = useState<Typed>({});
  const save = useChangeChannel(channel.method, onClose);
  const problem = save.error instanceof ApiProblem ? save.error : null;
  const form = useRef<HTMLFormElement>(null);
  // The form is longer than the screen: what was refused is brought into sight.
  useEffect(() => {
    if (problem !== null) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [problem]);
  const errorOf = (name: string) => problem?.fields.find(({ path }) => path === `values.${name}`)?.message;
  const change = (name: string, value: string) => setTyped((before) => ({ ...before, [name]: value }));
  function send(event: FormEvent): void {
    event.preventDefault();
    save.mutate(typed);
  }
  return (
    <Dialog
      onClose={onClose}
      title={t('account', { name: inLanguage(channel.title, language) })}
      shape="side"
      testId="channel-dialog"
    >
      <form ref={form} className="channel-form" onSubmit={send} autoComplete="off">
        <p className="channel-note">
          <Icon name="lock" />
          {t('secretNote')}
        </p>
        {channel.settings.map((setting) => (
          <Setting key={setting.name} setting={setting} typed={typed} onChange={change} errorOf={errorOf} />
        ))}
        {save.error && (
          <StateBar tone="failed" icon="alert" role="alert">
            {problem === null ? t('silent') : problem.title}
          </StateBar>
        )}
        <Button type="submit" kind="primary" size="large" wide busy={save.isPending} data-testid="channel-save">
          {t('save')}
        </Button>
      </form>
    </Dialog>
  );
}

interface SettingProps {
  readonly setting: ChannelSettingView;
  readonly typed: Typed;
  readonly onChange: (name: string, value: string) => void;
  readonly errorOf: (name: string) => string | undefined;
}

function Setting({ setting, typed, onChange, errorOf }: SettingProps) {
  const t = useChannelsText();
  const language = useLanguage();
  const { name, kind, required, hint, values, each } = setting;
  if (each !== null) return <ManyField setting={setting} typed={typed} onChange={onChange} errorOf={errorOf} />;
  const [kept] = values;
  const isSecret = kind === 'secret' || kind === 'secret-pem';
  const label = inLanguage(setting.title, language) + (required ? '' : ` (${t('optional')})`);
  const setAt = kept?.setAt ?? null;
  const hints = [
    isSecret && setAt !== null && `${t('secretSet', { time: dateAndTime(setAt) })}, ${t('secretKeep')}`,
    hint !== null && inLanguage(hint, language),
  ];
  const shared = {
    label,
    hint: hints.filter(Boolean).join(' · ') || undefined,
    error: errorOf(name),
    value: typed[name] ?? kept?.value ?? '',
    'data-testid': `setting-${name}`,
  };
  if (kind === 'pem' || kind === 'secret-pem')
    return <LongField {...shared} onChange={(value) => onChange(name, value)} />;
  return (
    <Field
      {...shared}
      type={kind === 'secret' ? 'password' : 'text'}
      autoComplete={kind === 'secret' ? 'new-password' : 'off'}
      spellCheck={false}
      onChange={(event) => onChange(name, event.target.value)}
    />
  );
}
