import type { ReactNode } from 'react';

interface BankScrollProps {
  readonly label: string;
  /** Beside this a list tells the same where there is no room for a table. */
  readonly wideOnly?: boolean;
  readonly children: ReactNode;
}

/** A table that may be wider than the screen; the keyboard can scroll it. */
export function BankScroll({ label, wideOnly = false, children }: BankScrollProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can scroll must be reached by the keyboard.
    <section className={wideOnly ? 'bank-scroll is-wide-only' : 'bank-scroll'} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
