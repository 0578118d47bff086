import { ApiProblem } from '@zhanggui/ui/api-client.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { useText } from '../texts.ts';

interface TroubleProps {
  readonly error: Error;
  readonly onAgain: () => void;
}

/** What could not be read and why, with a second try. What was read before stays on the screen below it. */
export function Trouble({ error, onAgain }: TroubleProps) {
  const t = useText();
  return (
    <div className="trouble">
      <StateBar tone="failed" icon="alert" role="alert">
        {error instanceof ApiProblem ? error.title : t('serverSilent')}
      </StateBar>
      <Button icon="repeat" onClick={onAgain}>
        {t('tryAgain')}
      </Button>
    </div>
  );
}

/** Said only where waiting takes long enough to be noticed. */
export function Reading() {
  const t = useText();
  return (
    <p className="reading" role="status">
      {t('reading')}
    </p>
  );
}
