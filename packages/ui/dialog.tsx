import { type MouseEvent, type ReactNode, type SyntheticEvent, useId, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { IconButton } from './button.tsx';
import { useUiText } from './ui-texts.ts';

interface DialogProps {
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

/**
 * A layer over the screen, open for as long as it is drawn. The browser's own modal dialog keeps the focus inside, makes the
 * rest inert and gives the focus back; Esc and a press outside close it. It stands at the end of the page, where the looks of
 * what it was opened from do not reach it.
 */
export function Dialog({ onClose, title, aside, children, shape = 'dialog', width = 'medium', testId }: DialogProps) {
  const t = useUiText();
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // Before any effect of what is inside, which may ask on which layer it is.
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    dialog.showModal();
    // A field is there to be filled; without one the focus rests on the layer, so that Enter presses no button by accident.
    (dialog.querySelector<HTMLElement>('input:not([readonly])') ?? dialog).focus();
    return () => dialog.close();
  }, []);

  function cancel(event: SyntheticEvent): void {
    event.preventDefault();
    onClose();
  }

  function press(event: MouseEvent): void {
    if (event.target === ref.current) onClose();
  }

  return createPortal(
    // biome-ignore lint/a11y/useKeyWithClickEvents: the key for closing is Esc, which arrives as `cancel`.
    <dialog
      ref={ref}
      className={`zg-dialog is-${shape} is-${width}`}
      aria-labelledby={titleId}
      tabIndex={-1}
      onCancel={cancel}
      onClick={press}
      data-testid={testId}
    >
      <div className="zg-dialog-sheet">
        <header className="zg-dialog-head">
          <h2 id={titleId} className="zg-dialog-title">
            {title}
          </h2>
          <span className="zg-dialog-aside">{aside}</span>
          <IconButton icon="close" label={t('close')} onClick={onClose} />
        </header>
        <div className="zg-dialog-body">{children}</div>
      </div>
    </dialog>,
    document.body,
  );
}
