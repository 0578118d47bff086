import type { ChannelConfig } from '@zhanggui/modules/merchants/api.ts';
import type {
  ChannelDescription,
  ChannelSetting,
  ChannelTest,
  MethodEnvironment,
} from '@zhanggui/modules/payments/method.ts';
import { readEcnyAccount } from './account.ts';
import { callEcny, type EcnyReply } from './request.ts';

const needed = (name: string, zh: string, en: string, kind: ChannelSetting['kind'] = 'text'): ChannelSetting => {
  return { name, title: { zh, en }, kind, required: true };
};

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

/** No order of ours has this number: they are hexadecimal. */
const NOBODYS_ORDER = 'ZHANGGUITEST';
const TIMEOUT_MS = 8_000;
/** The order is not known, or it is, by chance. */
const KNOWN = ['SUCCESS', 'ORDER_NOT_EXIST'];

/** Asks about an order that does not exist: a merchant that is known is told so, in a signed answer. */
async function test(environment: MethodEnvironment, config: ChannelConfig): Promise<ChannelTest> {
  const body = { out_trade_no: NOBODYS_ORDER };
  const call = { path: 'query', body, timeoutMs: TIMEOUT_MS } as const;
  const reply = await callEcny(environment, readEcnyAccount(config), call);
  if (reply.kind === 'not-answered') return withoutAnswer(reply);
  return { outcome: KNOWN.includes(reply.code) ? 'passed' : 'refused', detail: reply.code };
}

function withoutAnswer({ sent, cause }: EcnyReply & { readonly kind: 'not-answered' }): ChannelTest {
  if (cause.startsWith('not signed: ')) return { outcome: 'key-unusable', detail: cause.slice('not signed: '.length) };
  if (!sent || cause === 'no answer') return { outcome: 'unreachable', detail: cause };
  return { outcome: cause.startsWith('HTTP ') ? 'refused' : 'answer-not-believed', detail: cause };
}
