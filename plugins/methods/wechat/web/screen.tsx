import { walletScreen } from '../../../web/wallet-screen.tsx';

/** WeChat on the till's screens. */
export const wechatScreen = walletScreen({
  id: 'wechat',
  icon: 'bubbles',
  wallet: 'wechat',
  zh: { ask: '请扫顾客的微信付款码', where: '微信 → 我 → 服务 → 收付款' },
  en: { ask: "Scan the customer's WeChat payment code", where: 'WeChat → Me → Services → Money' },
});
