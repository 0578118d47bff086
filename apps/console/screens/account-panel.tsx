import { Button } from '@zhanggui/ui/button.tsx';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { nameIn, useLanguage } from '@zhanggui/ui/language.ts';
import { useUiText } from '@zhanggui/ui/ui-texts.ts';
import { useMay, useSession } from '../queries.ts';
import { useText } from '../texts.ts';
import { LanguageChoice, ThemeChoice } from './appearance.tsx';

interface AccountPanelProps {
  readonly onClose: () => void;
  readonly onSignOut: () => void;
}

/** Who is signed in, language and appearance, the way to the till, and the way out. */
export function AccountPanel({ onClose, onSignOut }: AccountPanelProps) {
  const t = useText();
  const language = useLanguage();
  const uiText = useUiText();
  const { staff, store } = useSession();
  const maySell = useMay('sell');
  return (
    <Dialog onClose={onClose} title={nameIn(language, staff)} shape="side" testId="account-panel">
      <div className="account-panel">
        <p>
          {uiText(`role_${staff.role}`)} · {nameIn(language, store)}
        </p>
        <section>
          <h3>{t('language')}</h3>
          <LanguageChoice />
        </section>
        <section>
          <h3>{t('theme')}</h3>
          <ThemeChoice />
        </section>
        {maySell && (
          <a className="zg-button is-quiet is-medium is-wide" href="/till">
            <Icon name="scan" />
            {t('toTill')}
          </a>
        )}
        <Button wide className="account-panel-end" onClick={onSignOut} data-testid="sign-out">
          {t('signOut')}
        </Button>
      </div>
    </Dialog>
  );
}
