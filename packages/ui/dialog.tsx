import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import { useUiText } from './ui-texts.ts';

interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  /** Beside the title, at the right. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  /** dialog: in the middle (a sheet from below on a phone). side: a sheet from the right. */
  readonly shape?: 'dialog' | 'side';
  readonly width?: 'narrow' | 'medium' | 'wide';
  readonly testId?: string;
}

/** A layer over the screen that keeps the focus inside, closes by Esc or a press outside, and gives the focus back. */
export function Dialog(props: DialogProps) {
  const { open, onClose, title, aside, children, shape = 'dialog', width = 'medium', testId } = props;
  const t = useUiText();
  return (
    <Base.Root open={open} onOpenChange={(next) => next || onClose()}>
      <Base.Portal>
        <Base.Backdrop className="zg-scrim" />
        <Base.Popup className={`zg-dialog is-${shape} is-${width}`} data-testid={testId}>
          <header className="zg-dialog-head">
            <Base.Title className="zg-dialog-title">{title}</Base.Title>
            <span className="zg-dialog-aside">{aside}</span>
            <Base.Close className="zg-icon-button" aria-label={t('close')}>
              <Icon name="close" />
            </Base.Close>
          </header>
          <div className="zg-dialog-body">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
