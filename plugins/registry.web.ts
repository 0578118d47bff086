import { alipayScreen } from './methods/alipay/web/screen.tsx';
import { cardScreen } from './methods/card/web/screen.tsx';
import { cashScreen } from './methods/cash/web/screen.tsx';
import { ecnyScreen } from './methods/ecny/web/screen.tsx';
import { unionPayQrScreen } from './methods/unionpay-qr/web/screen.tsx';
import { wechatScreen } from './methods/wechat/web/screen.tsx';
import { retailScreen } from './scenarios/retail/web/screen.tsx';
import type { MethodScreen } from './web/method-screen.ts';
import type { ScenarioScreen } from './web/scenario-screen.ts';

/** Ways to pay that have screens, in the order in which the till shows them; one line each. */
export const methodScreens: readonly MethodScreen[] = [
  cashScreen,
  wechatScreen,
  alipayScreen,
  unionPayQrScreen,
  ecnyScreen,
  cardScreen,
];

/** Kinds of shop that have screens; one line each. */
export const scenarioScreens: readonly ScenarioScreen[] = [retailScreen];
