import type { ReactNode } from 'react';

/** A key of the keyboard, shown on what it does; screen readers get it from `aria-keyshortcuts` instead. */
export function Kbd({ children }: { readonly children: ReactNode }) {
  return (
    <span className="zg-kbd" aria-hidden="true">
      {children}
    </span>
  );
}
