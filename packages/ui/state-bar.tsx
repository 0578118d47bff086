import type { ReactNode } from 'react';
import type { Tone } from './chip.tsx';
import { Icon, type IconName } from './icon.tsx';

interface StateBarProps {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly children: ReactNode;
  /** alert: read out at once. status: read out when there is a pause. */
  readonly role?: 'alert' | 'status';
}

/** One sentence on how things stand, in the colour of its meaning with a sign beside it. */
export function StateBar({ tone, icon, children, role }: StateBarProps) {
  return (
    <div className={`zg-state tone-${tone}`} role={role}>
      <Icon name={icon} size={26} />
      <div>{children}</div>
    </div>
  );
}

interface OutcomeMarkProps {
  readonly result: 'succeeded' | 'failed' | 'pending';
  readonly size?: number;
}

const MARKS = {
  succeeded: { tone: 'paid', path: 'M34 62l18 18 36-38' },
  failed: { tone: 'failed', path: 'M40 40l40 40M80 40L40 80' },
  pending: { tone: 'waiting', path: 'M60 34v28l18 12' },
} as const;

/** The large sign of an outcome: its shape says the same as its colour. */
export function OutcomeMark({ result, size = 112 }: OutcomeMarkProps) {
  const mark = MARKS[result];
  return (
    <svg className={`zg-mark tone-${mark.tone}`} width={size} height={size} viewBox="0 0 120 120" aria-hidden="true">
      <circle cx="60" cy="60" r="56" />
      <path d={mark.path} />
    </svg>
  );
}
