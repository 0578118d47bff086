import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { Icon, type IconName } from './icon.tsx';
import { Kbd } from './kbd.tsx';

/** primary: the one strong action of a screen. plain: on a coloured ground. danger: takes something away. */
export type ButtonKind = 'primary' | 'quiet' | 'plain' | 'danger' | 'ghost';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: ButtonKind;
  readonly size?: 'small' | 'medium' | 'large';
  readonly icon?: IconName;
  /** The key that does the same, shown on the button. */
  readonly shortcut?: string;
  readonly wide?: boolean;
  /** Shows that the action is under way; the button takes no second press. */
  readonly busy?: boolean;
  readonly children?: ReactNode;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button with words; for a sign alone see IconButton. */
export function Button(props: ButtonProps) {
  const { kind = 'quiet', size = 'medium', icon, shortcut, wide, busy, className, children, disabled, ...rest } = props;
  const classes = ['zg-button', `is-${kind}`, `is-${size}`, wide && 'is-wide', busy && 'is-busy', className];
  return (
    <button
      type="button"
      className={classes.filter(Boolean).join(' ')}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      aria-keyshortcuts={shortcut && keyNames(shortcut)}
      {...rest}
    >
      {icon && <Icon name={icon} />}
      <span className="zg-button-words">{children}</span>
      {shortcut && <Kbd>{shortcut}</Kbd>}
    </button>
  );
}

export interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon: IconName;
  /** Read by screen readers and shown when the pointer rests on it. */
  readonly label: string;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A square button with a sign; its label is its name. */
export function IconButton({ icon, label, className, ...rest }: IconButtonProps) {
  return (
    <button type="button" className={`zg-icon-button ${className ?? ''}`} aria-label={label} title={label} {...rest}>
      <Icon name={icon} />
    </button>
  );
}

/** `⇧F6` as assistive technology wants it: `Shift+F6`. */
function keyNames(shortcut: string): string {
  return shortcut.replace('⇧', 'Shift+').replace('Esc', 'Escape');
}
