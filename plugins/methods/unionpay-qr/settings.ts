import type { ChannelConfig } from '@zhanggui/modules/merchants/api.ts';
import type {
  ChannelDescription,
  ChannelSetting,
  ChannelTest,
  MethodEnvironment,
} from '@zhanggui/modules/payments/method.ts';
import { readUnionPayAccount } from './account.ts';
import { txnTimeOf } from './flow.ts';
import { callUnionPay, type UnionPayReply } from './request.ts';

const needed = (name: string, zh: string, en: string, kind: ChannelSetting['kind'] = 'text'): ChannelSetting => {
  return { name, title: { zh, en }, kind, required: true };
};

/** A merchant's account for UnionPay codes as the console asks for it; `account.ts` reads it. */
export const unionPayChannel: ChannelDescription = {
  settings: [
    {
      ...needed('baseUrl', '接口地址', 'Address of the interface', 'url'),
      hint: { zh: '正式环境：https://gateway.95516.com', en: 'in production: https://gateway.95516.com' },
    },
    needed('merId', '商户号', 'Merchant number (merId)'),
    {
      ...needed('certId', '商户证书序列号', "Serial number of the merchant's certificate (certId)"),
      hint: { zh: '十进制', en: 'in decimal digits' },
    },
    needed('privateKeyPem', '商户私钥', "Private key of the merchant's certificate", 'secret-pem'),
    {
      ...needed('unionPayCert', '银联验签证书', 'Certificate with which UnionPay signs', 'pem'),
      each: { zh: '证书序列号（十进制）', en: 'Serial number in decimal digits' },
    },
    needed('acquirerIin', '收单机构代码', 'Number of the acquirer'),
    needed('forwardingIin', '转发机构代码', 'Number of the forwarding institution'),
    needed('mcc', '商户类别码', 'Merchant category code'),
    {
      ...needed('merchantName', '商户名称（英文）', 'Name in Latin letters'),
      hint: { zh: '最多 25 个字符', en: 'at most 25' },
    },
    {
      ...needed('merchantCity', '城市（英文）', 'City in Latin letters'),
      hint: { zh: '最多 15 个字符', en: 'at most 15' },
    },
    { ...needed('merchantNameZh', '商户名称（中文）', 'Name in Chinese'), required: false },
    { ...needed('merchantCityZh', '城市（中文）', 'City in Chinese'), required: false },
    needed('deviceIp', '收银终端的出口 IP', 'Address of the tills towards the outside'),
  ],
  test,
};

/** No transaction of ours has this number: they are hexadecimal. */
const NOBODYS_ORDER = 'ZHANGGUITEST';
const TIMEOUT_MS = 8_000;
/** The transaction is not known, or it is, by chance. */
const KNOWN = ['00', '34'];

/** Asks about a transaction that does not exist: a merchant that is known is told so, in a signed answer. */
async function test(environment: MethodEnvironment, config: ChannelConfig): Promise<ChannelTest> {
  const account = readUnionPayAccount(config);
  const txnTime = txnTimeOf({ createdAt: environment.clock.now() });
  const fields = { txnType: '00', txnSubType: '00', orderId: NOBODYS_ORDER, txnTime };
  const reply = await callUnionPay(environment, account, { page: 'queryTrans.do', fields, timeoutMs: TIMEOUT_MS });
  if (reply.kind === 'not-answered') return withoutAnswer(reply);
  const { respCode = '' } = reply.fields;
  return { outcome: KNOWN.includes(respCode) ? 'passed' : 'refused', detail: respCode };
}

function withoutAnswer({ sent, cause }: UnionPayReply & { readonly kind: 'not-answered' }): ChannelTest {
  if (cause.startsWith('not signed: ')) return { outcome: 'key-unusable', detail: cause.slice('not signed: '.length) };
  if (!sent || cause === 'no answer') return { outcome: 'unreachable', detail: cause };
  return { outcome: cause.startsWith('HTTP ') ? 'refused' : 'answer-not-believed', detail: cause };
}
