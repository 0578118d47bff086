import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

interface EmptyStateProps {
  readonly icon: IconName;
  readonly title: ReactNode;
  readonly children?: ReactNode;
}

/** What to do where there is nothing yet. */
export function EmptyState({ icon, title, children }: EmptyStateProps) {
  return (
    <div className="zg-empty">
      <span className="zg-empty-icon">
        <Icon name={icon} size={34} />
      </span>
      <strong>{title}</strong>
      {children && <div>{children}</div>}
    </div>
  );
}
