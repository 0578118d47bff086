import type { MethodPlugin } from '@zhanggui/modules/payments/method.ts';
import type { ScenarioPack } from '@zhanggui/modules/sales/scenario.ts';
import type { AcquirerPlugin } from '@zhanggui/modules/switch/dialect.ts';
import { cups } from './acquirers/cups/plugin.ts';
import { iso87Ascii } from './acquirers/iso87-ascii/plugin.ts';
import { alipay } from './methods/alipay/plugin.ts';
import { card } from './methods/card/plugin.ts';
import { cash } from './methods/cash/plugin.ts';
import { ecny } from './methods/ecny/plugin.ts';
import { unionPayQr } from './methods/unionpay-qr/plugin.ts';
import { wechat } from './methods/wechat/plugin.ts';
import { retail } from './scenarios/retail/plugin.ts';

/** Ways to pay; one line each. */
export const paymentMethods: readonly MethodPlugin[] = [cash, wechat, alipay, unionPayQr, ecny, card];

/** Dialects of acquirers; one line each. */
export const acquirers: readonly AcquirerPlugin[] = [cups, iso87Ascii];

/** Kinds of shop; one line each. */
export const scenarios: readonly ScenarioPack[] = [retail];
