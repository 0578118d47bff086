import { formatMoney } from '@zhanggui/base';
import type { AdviceView } from '@zhanggui/modules/switch/advice-list.ts';
import { ApiProblem } from '@zhanggui/ui/api-client.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { Chip, type Tone } from '@zhanggui/ui/chip.tsx';
import { clockTime, dateAndTime } from '@zhanggui/ui/clock-time.ts';
import { EmptyState } from '@zhanggui/ui/empty-state.tsx';
import type { ReactNode } from 'react';
import { useMay, useTillName } from '../../queries.ts';
import { Reading, Trouble } from '../trouble.tsx';
import { type Acquirer, useAcquirers, useAdvices, useOfflineRisk, useRetryAdvice } from './channels-queries.ts';
import { type ChannelsText, useChannelsText } from './texts.ts';

/** How the lines to card institutions do, what waits to be forwarded, and what is at the merchant's risk. */
export function AcquirersView() {
  const t = useChannelsText();
  const { data, error, refetch } = useAcquirers();
  return (
    <>
      {error && <Trouble error={error} onAgain={refetch} />}
      {data === undefined && !error && <Reading />}
      {data?.acquirers.length === 0 && (
        <div className="box">
          <EmptyState icon="bank" title={t('noAcquirers')}>
            {t('noAcquirersHint')}
          </EmptyState>
        </div>
      )}
      <div className="acquirers">
        {data?.acquirers.map((acquirer) => (
          <Line key={acquirer.acquirerId} acquirer={acquirer} />
        ))}
      </div>
      <Queue />
    </>
  );
}

function Line({ acquirer }: { readonly acquirer: Acquirer }) {
  const t = useChannelsText();
  const { acquirerId, roundTripMs, lastAnswerAt, waiting, failuresInARow, terminals } = acquirer;
  const state = lineState(acquirer);
  return (
    <section className="box acquirer" data-testid="acquirer" data-state={state.words}>
      <h2>
        <code>{acquirerId}</code>
        <Chip tone={state.tone} dot>
          {t(state.words)}
        </Chip>
      </h2>
      <ul className="acquirer-facts num">
        <li>
          {roundTripMs === null
            ? t('noAnswers')
            : t('answersOf', { p50: Math.round(roundTripMs.p50), p99: Math.round(roundTripMs.p99) })}
        </li>
        {lastAnswerAt !== null && <li>{t('lastAnswer', { time: dateAndTime(lastAnswerAt) })}</li>}
        <li>{t('waitingRequests', { count: waiting })}</li>
        {failuresInARow > 0 && <li className="is-bad">{t('failures', { count: failuresInARow })}</li>}
      </ul>
      {terminals.length === 0 ? (
        <p className="box-empty">{t('noTerminals')}</p>
      ) : (
        <Terminals terminals={terminals} caption={`${acquirerId} · ${t('terminals')}`} />
      )}
    </section>
  );
}

function lineState({ connection, connected, circuit }: Acquirer): {
  readonly tone: Tone;
  readonly words: ChannelsText;
} {
  if (circuit === 'open') return { tone: 'failed', words: 'circuitOpen' };
  if (connected) return { tone: 'paid', words: 'connected' };
  return connection === 'short' ? { tone: 'neutral', words: 'shortLine' } : { tone: 'failed', words: 'disconnected' };
}

interface TerminalsProps {
  readonly terminals: Acquirer['terminals'];
  readonly caption: string;
}

function Terminals({ terminals, caption }: TerminalsProps) {
  const t = useChannelsText();
  const tillName = useTillName();
  return (
    <table className="zg-table terminals num">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{t('till')}</th>
          <th scope="col">{t('terminal')}</th>
          <th scope="col">{t('batch')}</th>
          <th scope="col">{t('signedOn')}</th>
          <th scope="col">{t('queue')}</th>
          <th scope="col" className="is-figures">
            {t('atRisk')}
          </th>
        </tr>
      </thead>
      <tbody>
        {terminals.map((one) => (
          <tr key={one.terminalId} data-testid="terminal-row">
            <td data-head={t('till')}>{tillName(one.tillId)}</td>
            <td data-head={t('terminal')}>
              <code>{one.terminalId}</code>
            </td>
            <td data-head={t('batch')}>
              <code>{one.batchNumber}</code>
              {one.closingSince !== null && (
                <Chip tone="waiting" dot>
                  {t('closing')}
                </Chip>
              )}
            </td>
            <td data-head={t('signedOn')}>
              {one.signedOnAt === null ? <em>{t('notSignedOn')}</em> : dateAndTime(one.signedOnAt)}
            </td>
            <td data-head={t('queue')}>
              {one.waitingAdvices}
              {one.quarantinedAdvices > 0 && (
                <Chip tone="failed" dot>
                  {t('state_quarantined')} {one.quarantinedAdvices}
                </Chip>
              )}
            </td>
            <td data-head={t('atRisk')} className="is-figures">
              <Risk tillId={one.tillId} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Risk({ tillId }: { readonly tillId: string }): ReactNode {
  const t = useChannelsText();
  const { data } = useOfflineRisk(tillId);
  if (data === undefined) return null;
  // What is at risk stays at risk, also when nothing more is allowed.
  if (!data.allowed && data.usedMinor === 0) return t('noOffline');
  const words = t('riskOf', { used: formatMoney(data.usedMinor), total: formatMoney(data.totalMinor) });
  return data.usedMinor > 0 ? <strong className="is-risk">{words}</strong> : words;
}

function Queue() {
  const t = useChannelsText();
  const { data, error, refetch } = useAdvices();
  return (
    <section className="box queue">
      <h2>{t('forwarding')}</h2>
      <p>{t('forwardingHint')}</p>
      {error && <Trouble error={error} onAgain={refetch} />}
      {data?.advices.length === 0 && <p className="box-empty">{t('forwardingEmpty')}</p>}
      <ul>
        {data?.advices.map((advice) => (
          <Advice key={`${advice.reference} ${advice.kind}`} advice={advice} />
        ))}
      </ul>
    </section>
  );
}

const KINDS = [
  'reversal',
  'offline-sale',
  'offline-adjustment',
  'script-result',
  'completion-advice',
  'signature',
] as const;

function Advice({ advice }: { readonly advice: AdviceView }) {
  const t = useChannelsText();
  const tillName = useTillName();
  const mayOperate = useMay('operate');
  const retry = useRetryAdvice(advice.reference);
  const { kind, state, quarantinedAt, amountMinor, attempts, nextAttemptAt, lastCause, responseCode } = advice;
  const known = KINDS.find((one) => one === kind);
  const quarantined = state === 'waiting' && quarantinedAt !== null;
  return (
    <li data-testid="advice" data-state={quarantined ? 'quarantined' : state}>
      <div>
        <strong>{known === undefined ? kind : t(`kind_${known}`)}</strong>
        <small className="num">
          {tillName(advice.tillId)} · <code>{advice.reference}</code> · {dateAndTime(advice.createdAt)}
        </small>
        <small className="num">
          {t('attempts', { count: attempts })}
          {nextAttemptAt !== null && ` · ${t('next', { time: clockTime(nextAttemptAt) })}`}
          {(responseCode ?? lastCause) !== null && ` · ${responseCode ?? lastCause}`}
        </small>
        {retry.error && (
          <small role="alert" className="is-bad">
            {retry.error instanceof ApiProblem ? retry.error.title : t('silent')}
          </small>
        )}
      </div>
      <Chip tone={state === 'refused' || quarantined ? 'failed' : 'waiting'} dot>
        {t(quarantined ? 'state_quarantined' : `state_${state}`)}
      </Chip>
      <b className="num">{formatMoney(amountMinor)}</b>
      {mayOperate && state === 'waiting' && (
        <Button size="small" icon="repeat" busy={retry.isPending} onClick={() => retry.mutate()} data-testid="retry">
          {t('retry')}
        </Button>
      )}
    </li>
  );
}
