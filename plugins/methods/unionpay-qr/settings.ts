import type { ChannelConfig } from '@zhanggui/modules/merchants/api.ts';
import type { ChannelDescription, ChannelTest, MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import { failedTest, hinted, NOBODYS_ORDER, needed, optional, TEST_TIMEOUT_MS } from '../../wallet/settings.ts';
import { readUnionPayAccount } from './account.ts';
import { txnTimeOf } from './fields.ts';
import { callUnionPay } from './request.ts';

/** A merchant's account for UnionPay codes as the console asks for it; `account.ts` reads it. */
export const unionPayChannel: ChannelDescription = {
  settings: [
    hinted(
      needed('baseUrl', '接口地址', 'Address of the interface', 'url'),
      '正式环境：https://gateway.95516.com',
      'in production: https://gateway.95516.com',
    ),
    needed('merId', '商户号', 'Merchant number (merId)'),
    hinted(
      needed('certId', '商户证书序列号', "Serial number of the merchant's certificate (certId)"),
      '十进制',
      'in decimal digits',
    ),
    needed('privateKeyPem', '商户私钥', "Private key of the merchant's certificate", 'secret-pem'),
    hinted(
      optional('unionPayRoots', '银联根证书和中级证书', "UnionPay's root and intermediate certificates", 'pem'),
      'acp_prod_root.cer 与 acp_prod_middle.cer 的内容，首尾相接',
      'content of acp_prod_root.cer and acp_prod_middle.cer, one behind the other',
    ),
    {
      ...hinted(
        optional('unionPayCert', '银联验签证书', 'Certificate with which UnionPay signs', 'pem'),
        '没有根证书时必填',
        'needed where there are no root certificates',
      ),
      each: { zh: '证书序列号（十进制）', en: 'Serial number in decimal digits' },
    },
    needed('acquirerIin', '收单机构代码', 'Number of the acquirer'),
    needed('forwardingIin', '转发机构代码', 'Number of the forwarding institution'),
    needed('mcc', '商户类别码', 'Merchant category code'),
    hinted(needed('merchantName', '商户名称（英文）', 'Name in Latin letters'), '最多 25 个字符', 'at most 25'),
    hinted(needed('merchantCity', '城市（英文）', 'City in Latin letters'), '最多 15 个字符', 'at most 15'),
    optional('merchantNameZh', '商户名称（中文）', 'Name in Chinese'),
    optional('merchantCityZh', '城市（中文）', 'City in Chinese'),
    needed('deviceIp', '收银终端的出口 IP', 'Address of the tills towards the outside'),
  ],
  test,
};

/** Asks about a transaction that does not exist: a merchant that is known is told so, in a signed answer. */
async function test(environment: MethodEnvironment, config: ChannelConfig): Promise<ChannelTest> {
  const account = readUnionPayAccount(config);
  const txnTime = txnTimeOf({ createdAt: environment.clock.now() });
  const fields = { txnType: '00', txnSubType: '00', orderId: NOBODYS_ORDER, txnTime };
  const call = { operation: 'query', page: 'queryTrans.do', fields, timeoutMs: TEST_TIMEOUT_MS } as const;
  const reply = await callUnionPay(environment, account, call);
  if (reply.kind === 'not-answered') return failedTest(reply);
  const isKnown = reply.meaning.kind === 'done' || reply.meaning.kind === 'not-found';
  return { outcome: isKnown ? 'passed' : 'refused', detail: reply.code };
}
