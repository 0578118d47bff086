import { Button } from '@zhanggui/ui/button.tsx';
import { Gate, Opening } from '@zhanggui/ui/gate.tsx';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { useText } from '../texts.ts';

interface LoadingProps {
  readonly failed: boolean;
  readonly onAgain: () => void;
}

/** Shown until the till has what it needs. */
export function Loading({ failed, onAgain }: LoadingProps) {
  return <Opening words={useText()('loading')} failed={failed} onAgain={onAgain} />;
}

/** For an account without the right to sell. */
export function MayNotSell({ onSignOut }: { readonly onSignOut: () => void }) {
  const t = useText();
  return (
    <Gate title={t('signInTitle')}>
      <StateBar tone="waiting" icon="lock" role="alert">
        {t('mayNotSell')}
      </StateBar>
      <Button kind="primary" size="large" wide onClick={onSignOut}>
        {t('signOut')}
      </Button>
    </Gate>
  );
}
