import { Button } from '@zhanggui/ui/button.tsx';
import { Chip } from '@zhanggui/ui/chip.tsx';
import { Field } from '@zhanggui/ui/field.tsx';
import { useState } from 'react';
import {
  FAULT_KINDS,
  type FaultKind,
  isTimed,
  type PlannedView,
  planFault,
  resetFaults,
  TARGETS,
  type Target,
  targetsOf,
} from './bank-api.ts';
import { BankChoice } from './bank-choice.tsx';
import type { PanelProps } from './bank-panel.ts';
import { useText } from './bank-texts.ts';

type Often = 'once' | 'thrice' | 'always';

const COUNTS: Readonly<Record<Often, number | null>> = { once: 1, thrice: 3, always: null };

/** What the host does wrong with the messages to come. */
export function BankFaultsPanel({ view: { status }, act }: PanelProps) {
  const t = useText();
  const [kind, setKind] = useState<FaultKind>('silent');
  const [target, setTarget] = useState<Target>('any');
  const [often, setOften] = useState<Often>('once');
  const [seconds, setSeconds] = useState('40');
  const [code, setCode] = useState('05');
  const targets = targetsOf(kind);
  const chosen = targets.includes(target) ? target : targets[0];
  const secondsFit = !isTimed(kind) || Number(seconds) > 0;
  const codeFits = kind !== 'decline' || /^[0-9A-Z]{2}$/.test(code);
  const named = <Value extends Parameters<typeof t>[0]>(values: readonly Value[]) =>
    values.map((value) => ({ value, label: t(value) }));
  return (
    <section className="bank-panel">
      <h2>{t('next')}</h2>
      <p>{t('nextHint')}</p>
      <div className="bank-form">
        <BankChoice label={t('what')} value={kind} options={named(FAULT_KINDS)} onChoose={setKind} />
        <BankChoice label={t('whom')} value={chosen} options={named(targets)} onChoose={setTarget} />
        <BankChoice
          label={t('howOften')}
          value={often}
          options={named(['once', 'thrice', 'always'] as const)}
          onChoose={setOften}
        />
        {isTimed(kind) && (
          <Field
            label={t('seconds')}
            error={secondsFit ? undefined : t('secondsWrong')}
            inputMode="numeric"
            value={seconds}
            onChange={({ target: { value } }) => setSeconds(value.replace(/\D/g, '').slice(0, 3))}
          />
        )}
        {kind === 'decline' && (
          <Field
            label={t('code')}
            error={codeFits ? undefined : t('codeWrong')}
            maxLength={2}
            value={code}
            onChange={({ target: { value } }) => setCode(value.toUpperCase())}
          />
        )}
        <Button
          kind="primary"
          disabled={!secondsFit || !codeFits}
          onClick={() => act(planFault({ kind, target: chosen, code, seconds: Number(seconds), count: COUNTS[often] }))}
        >
          {t('plan')}
        </Button>
      </div>
      <div className="bank-row" role="status">
        {status.faults.next.length === 0 ? (
          <Chip tone="paid" dot>
            {t('none')}
          </Chip>
        ) : (
          status.faults.next.map((planned, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a planned fault is known by its place alone.
            <Planned key={index} planned={planned} />
          ))
        )}
        <Button kind="ghost" size="small" onClick={() => act(resetFaults())}>
          {t('reset')}
        </Button>
      </div>
    </section>
  );
}

function Planned({ planned: { fault, messages, remaining } }: { readonly planned: PlannedView }) {
  const t = useText();
  const whom = TARGETS.find((target) => target === messages[0]) ?? 'any';
  const often = remaining === null ? t('plannedAlways') : t('plannedTimes', { count: remaining });
  return (
    <Chip tone="waiting" dot>
      {t('planned')} · {t(whom)} · {t(fault.kind)} · {often}
    </Chip>
  );
}
