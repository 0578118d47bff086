import { defineTexts } from '@zhanggui/ui/texts.ts';
import { CodePanel } from '../../../web/code-panel.tsx';
import type { MethodScreen, TenderPanelProps } from '../../../web/method-screen.ts';

const { useText } = defineTexts(
  'wechat',
  { ask: '请扫顾客的微信付款码', where: '微信 → 我 → 服务 → 收付款' },
  { ask: "Scan the customer's WeChat payment code", where: 'WeChat → Me → Services → Money' },
);

const SHOWN_CODE = { show: true };

/** Waits for the customer's payment code; scanning it asks for the money at once. */
function WechatPanel({ amountMinor, busy, submit }: TenderPanelProps) {
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

/** WeChat on the till's screens. */
export const wechatScreen: MethodScreen = {
  id: 'wechat',
  icon: 'bubbles',
  wallets: ['wechat'],
  Panel: WechatPanel,
  ofScan: (code) => ({ code }),
  shownCode: SHOWN_CODE,
};
