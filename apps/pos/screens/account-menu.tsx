import { Button } from '@zhanggui/ui/button.tsx';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { type Language, nameIn, setLanguage, useLanguage } from '@zhanggui/ui/language.ts';
import { Segmented, Switch } from '@zhanggui/ui/segmented.tsx';
import { soundOn } from '@zhanggui/ui/sound.ts';
import { setTheme, type Theme, useTheme } from '@zhanggui/ui/theme.ts';
import { voiceOn } from '@zhanggui/ui/voice.ts';
import { useSetting } from '../controller/use-till.ts';
import { useDeviceText } from '../devices/texts.ts';
import { useText } from '../texts.ts';
import './account-menu.css';

interface AccountMenuProps {
  readonly onClose: () => void;
  readonly onCards: () => void;
  readonly onPayments: () => void;
  readonly onDevices: () => void;
  readonly onCloseShift: () => void;
  readonly onSignOut: () => void;
}

/** The cashier's own settings, the customer's screen, and the end of the shift. */
export function AccountMenu({ onClose, onCards, onPayments, onDevices, onCloseShift, onSignOut }: AccountMenuProps) {
  const t = useText();
  const deviceText = useDeviceText();
  const language = useLanguage();
  const { methods, session, till } = useSetting();
  const reservesMoney = methods.some(({ screen }) => screen.ofHold !== undefined);
  const { staff } = session;
  return (
    <Dialog onClose={onClose} title={nameIn(language, staff)} shape="side" testId="account-menu">
      <div className="account">
        <p>
          {staff.username} · {nameIn(language, session.store)}
        </p>
        <Preferences />
        <div className="account-entries">
          <a
            className="zg-button is-quiet is-medium is-wide"
            href={`/display?till=${encodeURIComponent(till.id)}`}
            target="_blank"
            rel="noreferrer"
            data-testid="open-display"
          >
            <Icon name="screen" />
            {t('secondScreen')}
          </a>
          <Button icon="refund" wide onClick={onPayments} data-testid="open-payments">
            {t('lastPayments')}
          </Button>
          {reservesMoney && (
            <Button icon="card" wide onClick={onCards} data-testid="open-cards">
              {t('cardServices')}
            </Button>
          )}
          <Button icon="print" wide onClick={onDevices} data-testid="open-devices">
            {deviceText('entry')}
          </Button>
        </div>
        <div className="account-end">
          <Button kind="primary" size="large" wide onClick={onCloseShift} data-testid="close-shift">
            {t('closeShift')}
          </Button>
          <Button wide onClick={onSignOut} data-testid="sign-out">
            {t('signOut')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Preferences() {
  const t = useText();
  const language = useLanguage();
  const theme = useTheme();
  return (
    <>
      <section>
        <h3>{t('language')}</h3>
        <Segmented<Language>
          label={t('language')}
          value={language}
          options={[
            { value: 'zh-CN', label: '中文' },
            { value: 'en', label: 'English' },
          ]}
          onChange={setLanguage}
        />
      </section>
      <section>
        <h3>{t('theme')}</h3>
        <Segmented<Theme>
          label={t('theme')}
          value={theme}
          options={[
            { value: 'light', label: t('themeLight') },
            { value: 'dark', label: t('themeDark') },
            { value: 'system', label: t('themeSystem') },
          ]}
          onChange={setTheme}
        />
      </section>
      <section className="account-switches">
        <Switch label={t('sound')} on={soundOn.use()} onChange={soundOn.set} />
        <Switch label={t('voice')} on={voiceOn.use()} onChange={voiceOn.set} />
      </section>
    </>
  );
}
