import type { ChannelConfig } from '@zhanggui/modules/merchants/api.ts';
import type { ChannelDescription, ChannelTest, MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import { failedTest, NOBODYS_ORDER, needed, TEST_TIMEOUT_MS } from '../../wallet/settings.ts';
import { readEcnyAccount } from './account.ts';
import { callEcny } from './request.ts';

/** A merchant's account for e-CNY as the console asks for it; `account.ts` reads it. */
export const ecnyChannel: ChannelDescription = {
  settings: [
    needed('baseUrl', '接口地址', 'Address of the interface', 'url'),
    needed('merchantId', '商户号', 'Merchant number'),
    needed('serialNo', '商户密钥编号', "Number of the merchant's key"),
    needed('privateKeyPem', '商户私钥', "The merchant's private key", 'secret-pem'),
    {
      ...needed('operatorKey', '受理机构公钥', 'Key with which the acquirer signs', 'pem'),
      each: { zh: '公钥编号', en: 'Number of the key' },
    },
    needed('deviceIp', '收银终端的出口 IP', 'Address of the tills towards the outside'),
  ],
  test,
};

/** Asks about an order that does not exist: a merchant that is known is told so, in a signed answer. */
async function test(environment: MethodEnvironment, config: ChannelConfig): Promise<ChannelTest> {
  const body = { out_trade_no: NOBODYS_ORDER };
  const call = { operation: 'query', body, timeoutMs: TEST_TIMEOUT_MS } as const;
  const reply = await callEcny(environment, readEcnyAccount(config), call);
  if (reply.kind === 'not-answered') return failedTest(reply);
  const isKnown = reply.meaning.kind === 'done' || reply.meaning.kind === 'not-found';
  return { outcome: isKnown ? 'passed' : 'refused', detail: reply.code };
}
