import { defineTexts } from '@zhanggui/ui/texts.ts';
import { CodePanel } from '../../../web/code-panel.tsx';
import type { MethodScreen, TenderPanelProps } from '../../../web/method-screen.ts';

const { useText } = defineTexts(
  'alipay',
  { ask: '请扫顾客的支付宝付款码', where: '支付宝 → 收付款 → 付款码' },
  { ask: "Scan the customer's Alipay payment code", where: 'Alipay → Pay/Receive → payment code' },
);

const SHOWN_CODE = { show: true };

/** Waits for the customer's payment code; scanning it asks for the money at once. */
function AlipayPanel({ amountMinor, busy, submit }: TenderPanelProps) {
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

/** Alipay on the till's screens. */
export const alipayScreen: MethodScreen = {
  id: 'alipay',
  icon: 'wallet',
  wallets: ['alipay'],
  Panel: AlipayPanel,
  ofScan: (code) => ({ code }),
  shownCode: SHOWN_CODE,
};
