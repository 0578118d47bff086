import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

/** Meanings a mark may have; never colour alone, the words say the same. */
export type Tone = 'neutral' | 'paid' | 'waiting' | 'failed' | 'copper' | 'indigo';

interface ChipProps {
  readonly tone?: Tone;
  /** A dot in the colour of the tone before the words. */
  readonly dot?: boolean;
  readonly icon?: IconName;
  readonly children: ReactNode;
}

/** A small piece of standing information. */
export function Chip({ tone = 'neutral', dot, icon, children }: ChipProps) {
  return (
    <span className={`zg-chip tone-${tone}`}>
      {dot && <i className="zg-dot" />}
      {icon && <Icon name={icon} size={18} />}
      {children}
    </span>
  );
}

interface ChipButtonProps extends Omit<ChipProps, 'tone'>, Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  readonly tone?: Tone;
}

/** A chip that can be pressed. */
export function ChipButton({ tone = 'neutral', dot, icon, children, className, ...rest }: ChipButtonProps) {
  return (
    <button type="button" className={`zg-chip is-button tone-${tone} ${className ?? ''}`} {...rest}>
      {dot && <i className="zg-dot" />}
      {icon && <Icon name={icon} size={18} />}
      {children}
    </button>
  );
}

/** A very small mark on a tile or in a row. */
export function Badge({ tone = 'neutral', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return <span className={`zg-badge tone-${tone}`}>{children}</span>;
}
