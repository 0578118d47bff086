import { defineTexts } from '@zhanggui/ui/texts.ts';
import { CodePanel } from '../../../web/code-panel.tsx';
import type { MethodScreen, TenderPanelProps } from '../../../web/method-screen.ts';

const { useText } = defineTexts(
  'unionpay-qr',
  { ask: '请扫顾客的云闪付付款码', where: '云闪付或银行 App → 收付款' },
  { ask: "Scan the customer's UnionPay payment code", where: 'UnionPay or bank app → Pay' },
);

const SHOWN_CODE = { show: true };

/** Waits for the customer's payment code; scanning it asks for the money at once. */
function UnionPayPanel({ amountMinor, busy, submit }: TenderPanelProps) {
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

/** UnionPay codes on the till's screens. */
export const unionPayQrScreen: MethodScreen = {
  id: 'unionpay-qr',
  icon: 'qr',
  wallets: ['unionpay'],
  Panel: UnionPayPanel,
  ofScan: (code) => ({ code }),
  shownCode: SHOWN_CODE,
};
