import { formatMoney } from '@zhanggui/base';
import { Chip, ChipButton } from '@zhanggui/ui/chip.tsx';
import { clockTime } from '@zhanggui/ui/clock-time.ts';
import { CoinLogo } from '@zhanggui/ui/coin-logo.tsx';
import { nameIn, useLanguage } from '@zhanggui/ui/language.ts';
import { LanguageSwitch } from '@zhanggui/ui/language-switch.tsx';
import { useLink, useSetting, useTillState } from '../controller/use-till.ts';
import { useText } from '../texts.ts';
import { waitingCount } from '../till/state.ts';
import type { Layer } from './till-screen.tsx';

/** Who sells where, whether the server is heard, and what is not yet certain. */
export function TopBar({ open }: { readonly open: (layer: Layer) => void }) {
  const t = useText();
  const language = useLanguage();
  const { session, till } = useSetting();
  return (
    <header className="top-bar">
      <span className="top-brand">
        <CoinLogo />
        <span className="top-brand-words">{t('brand')}</span>
      </span>
      <span className="top-shop">
        {nameIn(language, session.store)} · {t('till', { number: till.number })}
      </span>
      <span className="top-space" />
      <ParkedChip onOpen={() => open('parked')} />
      <LinkChip />
      {till.openShift && (
        <span className="top-wide">
          <Chip>
            <span className="num">{t('shiftSince', { time: clockTime(till.openShift.openedAt).slice(0, 5) })}</span>
          </Chip>
        </span>
      )}
      <span className="top-wide">
        <LanguageSwitch />
      </span>
      <ChipButton
        className="top-menu"
        icon="user"
        onClick={() => open('menu')}
        aria-haspopup="dialog"
        data-testid="menu"
      >
        <span className="top-name">{nameIn(language, session.staff)}</span>
      </ChipButton>
    </header>
  );
}

/** One quiet word on the network; loud only when it is gone. */
function LinkChip() {
  const t = useText();
  const link = useLink();
  if (link === 'live')
    return (
      <span className="top-link" data-testid="link" data-link={link}>
        <Chip>
          <i className="zg-dot tone-paid" />
          <span className="top-words">{t('online')}</span>
        </Chip>
      </span>
    );
  if (link === 'connecting')
    return (
      <span role="status" data-testid="link" data-link={link}>
        <Chip dot>
          <span className="top-words">{t('connecting')}</span>
        </Chip>
      </span>
    );
  return (
    <span role="alert" data-testid="link" data-link={link}>
      <Chip tone="waiting" icon="offline">
        <span className="top-words">{t('offline')}</span>
      </Chip>
    </span>
  );
}

function ParkedChip({ onOpen }: { readonly onOpen: () => void }) {
  const t = useText();
  const state = useTillState();
  const waiting = waitingCount(state);
  const settled = state.parked.length - waiting;
  const failed = state.parked.some(({ payment }) => payment.result === 'failed');
  if (state.parked.length === 0) return null;
  const amount = formatMoney(state.parked.reduce((sum, { payment }) => sum + payment.amountMinor, 0));
  return (
    <ChipButton
      className="top-parked"
      tone={waiting > 0 ? 'waiting' : failed ? 'failed' : 'paid'}
      icon={waiting > 0 ? 'clock' : failed ? 'alert' : 'check'}
      onClick={onOpen}
      aria-haspopup="dialog"
      data-testid="parked"
    >
      {waiting > 0 ? t('parkedCount', { count: waiting }) : t('parkedSettled')}
      <span className="num top-words">{amount}</span>
      {waiting > 0 && settled > 0 && <span>+{settled}</span>}
    </ChipButton>
  );
}
