import { walletScreen } from '../../../web/wallet-screen.tsx';

/** Alipay on the till's screens. */
export const alipayScreen = walletScreen({
  id: 'alipay',
  icon: 'wallet',
  wallet: 'alipay',
  zh: { ask: '请扫顾客的支付宝付款码', where: '支付宝 → 收付款 → 付款码' },
  en: { ask: "Scan the customer's Alipay payment code", where: 'Alipay → Pay/Receive → payment code' },
});
