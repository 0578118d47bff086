import type { ChannelView } from '@zhanggui/modules/payments/channel-routes.ts';
import { ApiProblem } from '@zhanggui/ui/api-client.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { Chip } from '@zhanggui/ui/chip.tsx';
import { dateAndTime } from '@zhanggui/ui/clock-time.ts';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { useState } from 'react';
import { inLanguage } from '../../queries.ts';
import { ChannelDialog } from './channel-dialog.tsx';
import { useTestChannel } from './channels-queries.ts';
import { useChannelsText } from './texts.ts';

/** One channel's account: what is entered, whether it works, and the two buttons. */
export function ChannelCard({ channel }: { readonly channel: ChannelView }) {
  const t = useChannelsText();
  const language = useLanguage();
  const [editing, setEditing] = useState(false);
  const test = useTestChannel(channel.method);
  const { complete, changedAt, changedBy } = channel;
  return (
    <article className="box channel" data-testid={`channel-${channel.method}`}>
      <header>
        <h2>{inLanguage(channel.title, language)}</h2>
        <Chip tone={complete ? 'neutral' : 'waiting'} dot>
          {t(complete ? 'complete' : 'incomplete')}
        </Chip>
      </header>
      <Values channel={channel} />
      {changedAt !== null && changedBy !== null && (
        <small className="num">{t('changedAt', { time: dateAndTime(changedAt), name: changedBy })}</small>
      )}
      <TestResult test={channel.test} busy={test.isPending} />
      {test.error && (
        <StateBar tone="failed" icon="alert" role="alert">
          {test.error instanceof ApiProblem ? test.error.title : t('silent')}
        </StateBar>
      )}
      <div className="channel-actions">
        <Button
          kind="primary"
          icon="check"
          busy={test.isPending}
          onClick={() => test.mutate()}
          data-testid={`test-${channel.method}`}
        >
          {t('test')}
        </Button>
        <Button icon="pen" onClick={() => setEditing(true)} data-testid={`edit-${channel.method}`}>
          {t('edit')}
        </Button>
      </div>
      {editing && <ChannelDialog channel={channel} onClose={() => setEditing(false)} />}
    </article>
  );
}

/** What is entered: plain values as they are, secrets only by the day of their coming, the address for notifications. */
function Values({ channel }: { readonly channel: ChannelView }) {
  const t = useChannelsText();
  const language = useLanguage();
  const shown = channel.settings.filter(({ required, values }) => required || values.length > 0);
  return (
    <dl>
      {shown.map(({ name, title, kind, each, values }) => (
        <div key={name}>
          <dt>{inLanguage(title, language)}</dt>
          <dd className={values.length === 0 ? 'is-missing' : undefined}>
            {values.length === 0 && t('secretMissing')}
            {values.map((one) => (
              <span key={one.name}>
                {one.value === null && t('secretSet', { time: one.setAt === null ? '' : dateAndTime(one.setAt) })}
                {one.value !== null && (
                  <code>{each !== null ? one.name.slice(name.length + 1) : kind === 'pem' ? 'PEM' : one.value}</code>
                )}
              </span>
            ))}
          </dd>
        </div>
      ))}
      <div>
        <dt>{t('notifications')}</dt>
        <dd>
          <code>{channel.notificationPath}</code>
        </dd>
      </div>
    </dl>
  );
}

function TestResult({ test, busy }: { readonly test: ChannelView['test']; readonly busy: boolean }) {
  const t = useChannelsText();
  if (busy)
    return (
      <StateBar tone="waiting" icon="clock" role="status">
        {t('testing')}
      </StateBar>
    );
  if (test === null)
    return (
      <StateBar tone="neutral" icon="clock">
        {t('notTested')}
      </StateBar>
    );
  const passed = test.outcome === 'passed';
  return (
    <div data-testid="channel-test" data-outcome={test.outcome}>
      <StateBar tone={passed ? 'paid' : 'failed'} icon={passed ? 'check' : 'alert'} role="status">
        <strong>{t(`test_${test.outcome}`)}</strong>
        <div className="num">
          {!passed && test.detail !== '' && `${t('testDetail', { detail: test.detail })} · `}
          {t('testedAt', { time: dateAndTime(test.at) })}
        </div>
      </StateBar>
    </div>
  );
}
