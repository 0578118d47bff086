import { Button } from './button.tsx';
import { useUiText } from './ui-texts.ts';

interface UndoBarProps {
  readonly words: string;
  readonly onUndo: () => void;
  /** How long the bar shows; the thin line runs out in that time. */
  readonly durationMs: number;
  /** Changes with each thing done, so that the line starts again. */
  readonly turn: number;
}

/** What was just done, and the way back: shown instead of "are you sure?". */
export function UndoBar({ words, onUndo, durationMs, turn }: UndoBarProps) {
  const t = useUiText();
  return (
    <div className="zg-undo" role="status" data-testid="undo-bar">
      <span>{words}</span>
      <Button kind="plain" size="small" onClick={onUndo} data-testid="undo">
        {t('undo')}
      </Button>
      <i key={turn} className="zg-undo-line" style={{ animationDuration: `${durationMs}ms` }} />
    </div>
  );
}
