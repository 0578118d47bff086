import { walletScreen } from '../../../web/wallet-screen.tsx';

/** UnionPay codes on the till's screens. */
export const unionPayQrScreen = walletScreen({
  id: 'unionpay-qr',
  icon: 'qr',
  wallet: 'unionpay',
  zh: { ask: '请扫顾客的云闪付付款码', where: '云闪付或银行 App → 收付款' },
  en: { ask: "Scan the customer's UnionPay payment code", where: 'UnionPay or bank app → Pay' },
  hasFixedCode: true,
});
