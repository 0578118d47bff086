import { formatMoney } from '@zhanggui/base';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { clockTime } from '@zhanggui/ui/clock-time.ts';
import { Instrument } from '@zhanggui/ui/instrument.tsx';
import { QrCode } from '@zhanggui/ui/qr-code.tsx';
import { Ring } from '@zhanggui/ui/ring.tsx';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { useUiText } from '@zhanggui/ui/ui-texts.ts';
import { useNow } from '@zhanggui/ui/use-now.ts';
import { useSend, useSetting, useTillState } from '../../controller/use-till.ts';
import { useText } from '../../texts.ts';
import type { Attempt } from '../../till/state.ts';
import { isStaticCode } from '../../till/static-code.ts';
import { ScanNotice } from '../sell/scan-notice.tsx';
import { useAskedName, useMethodTitle } from './use-method-title.ts';
import './waiting.css';

const SHOW_AFTER_MS = 300;

/** Waiting for an outcome: for whom, since when, what was asked, and what can be done meanwhile. */
export function Waiting({ attempt }: { readonly attempt: Attempt }) {
  const { methods } = useSetting();
  const now = useNow(250);
  const methodTitle = useMethodTitle(attempt.method);
  const local = methods.find(({ id }) => id === attempt.method)?.holds === 'drawer';
  // A drawer answers at once: a screen that only flashes by would be noise.
  if (local && now - Date.parse(attempt.startedAt) < SHOW_AFTER_MS) return <div className="waiting" aria-busy="true" />;
  return (
    <section className="waiting" data-testid="waiting">
      <div className="waiting-sheet">
        <div className="waiting-main">
          <header>
            <span>{methodTitle}</span>
            {attempt.payment?.maskedInstrument && <Instrument masked={attempt.payment.maskedInstrument} />}
          </header>
          <Amount minor={attempt.amountMinor} size="due" />
          <Middle attempt={attempt} now={now} />
        </div>
        <div className="waiting-side">
          <WaitingFor attempt={attempt} now={now} />
          <ScanNotice />
          <Timeline attempt={attempt} />
          <Actions attempt={attempt} now={now} />
        </div>
      </div>
    </section>
  );
}

interface PartProps {
  readonly attempt: Attempt;
  readonly now: number;
}

/** What the customer looks at where there is something to scan, else how long the server still waits. */
function Middle({ attempt, now }: PartProps) {
  const t = useText();
  const handover = attempt.payment?.handover;
  if (handover?.kind !== 'code') return <Countdown attempt={attempt} now={now} />;
  const leftS = Math.max(0, Math.ceil((Date.parse(handover.expiresAt) - now) / 1000));
  return (
    <div className="waiting-code" data-testid="waiting-code" data-code={handover.content}>
      <QrCode text={handover.content} label={t('scanThis')} size={250} />
      <span data-testid="scan-words">
        {isStaticCode(handover.content)
          ? t('scanPrinted', { amount: formatMoney(attempt.amountMinor) })
          : t('scanThis')}
      </span>
      <small className="num">
        {t('codeLeft', { time: `${Math.floor(leftS / 60)}:${String(leftS % 60).padStart(2, '0')}` })}
      </small>
    </div>
  );
}

/** Runs towards the moment at which the server stops waiting by itself. */
function Countdown({ attempt, now }: PartProps) {
  const t = useUiText();
  const started = Date.parse(attempt.startedAt);
  const ends = attempt.payment?.givesUpAt ? Date.parse(attempt.payment.givesUpAt) : undefined;
  const elapsedS = Math.max(0, Math.floor((now - started) / 1000));
  const leftMs = ends === undefined ? 0 : Math.max(0, ends - now);
  const counting = ends !== undefined && leftMs > 0;
  return (
    <Ring left={counting ? leftMs / Math.max(1, ends - started) : 0} size={250}>
      <strong className="waiting-seconds num">{counting ? Math.ceil(leftMs / 1000) : elapsedS}</strong>
      <span>{t('seconds')}</span>
    </Ring>
  );
}

function WaitingFor({ attempt, now }: PartProps) {
  const t = useText();
  const method = useAskedName(attempt.method);
  const { payment, timeline } = attempt;
  const silent = timeline.at(-1)?.what === 'link-silent';
  const late = payment?.givesUpAt ? now > Date.parse(payment.givesUpAt) : false;
  const state = payment?.state ?? 'created';
  const reason = silent
    ? 'silent'
    : state === 'cancelling' || state === 'unknown'
      ? state
      : late
        ? 'late'
        : state === 'pending'
          ? (payment?.waitingFor ?? 'channel')
          : 'created';
  return (
    <StateBar tone="waiting" icon={silent ? 'offline' : 'clock'} role="status">
      <span data-testid="waiting-for" data-reason={reason}>
        {t(`waitFor_${reason}`, { method })}
      </span>
      <small className="num">{t('sinceTime', { time: clockTime(attempt.startedAt) })}</small>
    </StateBar>
  );
}

const MARKS_SHOWN = 6;

function Timeline({ attempt }: { readonly attempt: Attempt }) {
  const t = useText();
  const method = useAskedName(attempt.method);
  return (
    <ol className="waiting-timeline num">
      {attempt.timeline.slice(-MARKS_SHOWN).map((mark) => (
        <li key={`${mark.at}-${mark.what}`}>
          <time>{clockTime(mark.at)}</time>
          <span>{t(`mark_${mark.what}`, { method })}</span>
        </li>
      ))}
    </ol>
  );
}

function Actions({ attempt, now }: PartProps) {
  const t = useText();
  const send = useSend();
  const { sale } = useTillState();
  const { payment } = attempt;
  const opensIn =
    payment?.cancellableAt != null ? Math.max(0, Math.ceil((Date.parse(payment.cancellableAt) - now) / 1000)) : 0;
  const nothingSent = payment === null && sale === null;
  const cancelling = payment?.state === 'cancelling';
  return (
    <div className="waiting-actions">
      <Button
        icon="repeat"
        disabled={payment === null}
        onClick={() => send({ kind: 'ask-pressed', at: new Date().toISOString() })}
        data-testid="ask-now"
      >
        {t('askNow')}
      </Button>
      {nothingSent ? (
        <Button icon="back" onClick={() => send({ kind: 'given-up' })} data-testid="give-up">
          {t('giveUp')}
        </Button>
      ) : (
        <Button
          kind="danger"
          disabled={payment === null || payment.cancellableAt === null || opensIn > 0 || cancelling}
          onClick={() => send({ kind: 'cancel-pressed' })}
          data-testid="cancel-payment"
        >
          {opensIn > 0 ? t('cancelIn', { count: opensIn }) : t('cancelPayment')}
        </Button>
      )}
      <Button
        kind="primary"
        size="large"
        wide
        disabled={payment === null}
        onClick={() => send({ kind: 'next-served' })}
        data-testid="serve-next"
      >
        {t('serveNext')}
      </Button>
    </div>
  );
}
