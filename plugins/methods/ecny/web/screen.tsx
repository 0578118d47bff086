import { defineTexts } from '@zhanggui/ui/texts.ts';
import { CodePanel } from '../../../web/code-panel.tsx';
import type { MethodScreen, TenderPanelProps } from '../../../web/method-screen.ts';

const { useText } = defineTexts(
  'ecny',
  { ask: '请扫顾客的数字人民币付款码', where: '数字人民币 App → 付款（上滑）' },
  { ask: "Scan the customer's e-CNY payment code", where: 'e-CNY app → Pay (swipe up)' },
);

const SHOWN_CODE = { show: true };

/** Waits for the customer's payment code; scanning it asks for the money at once. */
function EcnyPanel({ amountMinor, busy, submit }: TenderPanelProps) {
  const t = useText();
  return (
    <CodePanel
      ask={t('ask')}
      where={t('where')}
      busy={busy}
      onCode={(code) => submit({ code }, amountMinor)}
      onShow={() => submit(SHOWN_CODE, amountMinor)}
    />
  );
}

/** e-CNY on the till's screens. */
export const ecnyScreen: MethodScreen = {
  id: 'ecny',
  icon: 'bank',
  wallets: ['ecny'],
  Panel: EcnyPanel,
  ofScan: (code) => ({ code }),
  shownCode: SHOWN_CODE,
};
