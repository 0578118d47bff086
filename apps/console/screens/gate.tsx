import { Button } from '@zhanggui/ui/button.tsx';
import { Gate } from '@zhanggui/ui/gate.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { nameIn, useLanguage } from '@zhanggui/ui/language.ts';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { useSession } from '../queries.ts';
import { useText } from '../texts.ts';

/** For an account without the right to the console: where its own place is. */
export function NotForCashiers({ onSignOut }: { readonly onSignOut: () => void }) {
  const t = useText();
  const language = useLanguage();
  const { staff } = useSession();
  return (
    <Gate title={t('notForYouTitle')}>
      <StateBar tone="waiting" icon="lock" role="alert">
        {t('notForYou', { name: nameIn(language, staff) })}
      </StateBar>
      <div className="zg-gate-actions">
        <a className="zg-button is-primary is-large is-wide" href="/till">
          <Icon name="scan" />
          {t('toTill')}
        </a>
        <Button wide onClick={onSignOut}>
          {t('otherAccount')}
        </Button>
      </div>
    </Gate>
  );
}
