import type { Currency } from '@zhanggui/base';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { useState } from 'react';
import { chargeNow } from '../../controller/scan-handler.ts';
import { type OfferedMethod, useSend, useSetting, useTillState } from '../../controller/use-till.ts';
import { useCardReader } from '../../devices/till-devices.ts';
import { useText } from '../../texts.ts';
import { SHORTCUTS } from '../../till/keymap.ts';
import { amountToTake, dueMinor, roundingMayChange, subtotalMinor } from '../../till/state.ts';
import { HoldChoice } from '../cards/hold-choice.tsx';
import { ScanNotice } from '../sell/scan-notice.tsx';
import { PartDialog } from './part-dialog.tsx';
import './tender.css';

/** Taking the money: which way (the first, until another is chosen), how much of it now, and the method's own panel. */
export function Tender({ method }: { readonly method: string | null }) {
  const t = useText();
  const send = useSend();
  const { controller, methods } = useSetting();
  const state = useTillState();
  const [splitting, setSplitting] = useState(false);
  const [choosingHold, setChoosingHold] = useState(false);
  const chosen = methods.find(({ id }) => id === method) ?? methods[0];
  const amount = amountToTake(state);
  const due = dueMinor(state);
  return (
    <section className="tender" aria-label={t('payTitle')}>
      <header className="tender-head">
        <Button
          kind="plain"
          icon="back"
          shortcut={SHORTCUTS.back}
          onClick={() => send({ kind: 'back' })}
          data-testid="tender-back"
        >
          {t('back')}
        </Button>
        <span className="tender-space" />
        <span className="tender-amount">
          <span>{t('takeNow')}</span>
          <Amount minor={amount} size="title" data-testid="take-amount" />
        </span>
        {chosen?.screen.ofHold && (
          <Button icon="card" onClick={() => setChoosingHold(true)} data-testid="use-hold">
            {t('useHold')}
          </Button>
        )}
        <Button icon="split" onClick={() => setSplitting(true)} data-testid="split">
          {t('partPayment')}
        </Button>
      </header>
      <MethodList method={chosen?.id} />
      {choosingHold && chosen?.screen.ofHold && (
        <HoldChoice
          amountMinor={amount}
          onClose={() => setChoosingHold(false)}
          onChosen={(id) => {
            setChoosingHold(false);
            if (chosen.screen.ofHold) chargeNow(controller, chosen.id, chosen.screen.ofHold(id), amount);
          }}
        />
      )}
      <div className="tender-panel">
        <ScanNotice />
        {chosen && <Panel key={chosen.id} method={chosen} amountMinor={amount} />}
      </div>
      {splitting && (
        <PartDialog
          dueMinor={due}
          onClose={() => setSplitting(false)}
          onChosen={(partMinor) => {
            send({ kind: 'part-chosen', partMinor: partMinor === due ? null : partMinor });
            setSplitting(false);
          }}
        />
      )}
    </section>
  );
}

function MethodList({ method }: { readonly method: string | undefined }) {
  const t = useText();
  const language = useLanguage();
  const send = useSend();
  const { methods } = useSetting();
  return (
    <nav className="tender-methods" aria-label={t('howToPay')}>
      {methods.map(({ id, title, screen }) => (
        <button
          type="button"
          key={id}
          aria-pressed={id === method}
          onClick={() => send({ kind: 'method-chosen', method: id })}
          data-testid={`method-${id}`}
        >
          <Icon name={screen.icon} size={26} />
          {language === 'en' ? title.en : title.zh}
        </button>
      ))}
    </nav>
  );
}

function Panel({ method, amountMinor }: { readonly method: OfferedMethod; readonly amountMinor: number }) {
  const send = useSend();
  const { controller, till, session } = useSetting();
  const state = useTillState();
  const cardReader = useCardReader(till.id);
  const mayChange = roundingMayChange(state);
  const { Panel: MethodPanel } = method.screen;
  return (
    <MethodPanel
      tillId={till.id}
      amountMinor={amountMinor}
      currency={session.merchant.currency as Currency}
      busy={false}
      rounding={{
        minor: state.roundingMinor,
        mayChange: mayChange && state.phase.name === 'tendering' && state.phase.partMinor === null,
        fullMinor: subtotalMinor(state),
        choose: (roundingMinor) => send({ kind: 'rounding-chosen', roundingMinor }),
      }}
      cardReader={cardReader}
      submit={(credential, minor) => chargeNow(controller, method.id, credential, minor)}
    />
  );
}
