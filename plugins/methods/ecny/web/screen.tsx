import { walletScreen } from '../../../web/wallet-screen.tsx';

/** e-CNY on the till's screens. */
export const ecnyScreen = walletScreen({
  id: 'ecny',
  icon: 'bank',
  wallet: 'ecny',
  zh: { ask: '请扫顾客的数字人民币付款码', where: '数字人民币 App → 付款（上滑）' },
  en: { ask: "Scan the customer's e-CNY payment code", where: 'e-CNY app → Pay (swipe up)' },
});
