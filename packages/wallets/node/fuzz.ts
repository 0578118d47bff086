import { toBase64, utf8Encode } from '@zhanggui/base';
import {
  alipaySignedText,
  decryptAlipayContent,
  openWechatNotification,
  openWechatResource,
  parseAlipayTradeBill,
  parseWechatAuthorization,
  parseWechatTradeBill,
  verifyAlipayAnswer,
  verifyAlipayNotification,
} from '../index.ts';
import { nodeWalletCrypto } from './crypto.ts';

const crypto = nodeWalletCrypto();
const API_V3_KEY = '0123456789abcdef0123456789abcdef';
const AES_KEY = 'aYA0GP8JEW+D7/UFaskCWA==';
/** A public key published for tests of signatures. */
const PUBLIC_KEY =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2VCTd91fnUn73Xy9DLvt/V62TVxRTEEstVdeRaZ3B3leO0pldE806mXO4RwdHXagHQ4vGeZN0yqm++rDsGK+U3AH7kejyD2pXshNP9Cq5YwbptiLGtjcquw4HNxJQUOmDeJf2vg6byms9RUipiq4SzbJKqJFlUpbuIPDpSpWz10PYmyCNeDGUUK65E5h2B834uxl1zNLYQCrkdBzb8oUxwYeP5a2DNxmjL5lsJML7DGr5znsevnoqGRwTm9fxCGfy8wus7hwKz6clt3Whmmda7UAdb1c08hEQFVRbF14AR73xbnd8N0obCWJPCbzMCtkaSef4FdEEgEXJiw0VAJT8wIDAQAB';

/** Readers of what wallets send; they answer or throw a WalletRefusal, nothing else. */
export const targets: Readonly<Record<string, (input: Uint8Array) => unknown>> = {
  'wallets-authorization': (input) => parseWechatAuthorization(latin1(input)),
  'wallets-alipay-signed-text': (input) => alipaySignedText(latin1(input), 'alipay_trade_pay_response'),
  'wallets-alipay-answer': (input) =>
    verifyAlipayAnswer(crypto, PUBLIC_KEY, latin1(input), 'alipay_trade_pay_response'),
  'wallets-alipay-notification': (input) =>
    verifyAlipayNotification(crypto, PUBLIC_KEY, Object.fromEntries(new URLSearchParams(latin1(input)))),
  'wallets-alipay-content': (input) => decryptAlipayContent(crypto, AES_KEY, toBase64(input)),
  'wallets-alipay-bill': (input) => parseAlipayTradeBill(Buffer.from(input).toString('utf8')),
  'wallets-wechat-resource': (input) =>
    openWechatResource(crypto, API_V3_KEY, {
      nonce: latin1(input.subarray(0, 12)),
      associatedData: '',
      ciphertext: latin1(input.subarray(12)),
    }),
  'wallets-wechat-bill': (input) => parseWechatTradeBill(Buffer.from(input).toString('utf8')),
  'wallets-wechat-notification': (input) => openWechatNotification(crypto, signedBy(latin1(input)), TRUST),
};

/** Valid inputs by target, to be mutated. */
export const samples: Readonly<Record<string, readonly Uint8Array[]>> = {
  'wallets-authorization': [
    utf8Encode('WECHATPAY2-SHA256-RSA2048 mchid="1",nonce_str="n",timestamp="1",serial_no="A",signature="c2ln"'),
  ],
  'wallets-alipay-signed-text': [utf8Encode('{"alipay_trade_pay_response":{"code":"10000","a":["}"]},"sign":"c2ln"}')],
  'wallets-alipay-answer': [utf8Encode('{"alipay_trade_pay_response":"AbC=","sign":"c2ln"}')],
  'wallets-wechat-bill': [
    utf8Encode(
      '交易时间,商户号,微信订单号,商户订单号,交易状态,货币种类,商户退款单号,商品名称,手续费,订单金额,申请退款金额\r\n' +
        '`2026-11-22 09:00:00,`19,`42,`A1,`SUCCESS,`CNY,`0,`tea,`0.05000,`12.34,`0.00\r\n' +
        '总交易单数,手续费总金额\r\n`1,`0.05000\r\n',
    ),
  ],
  'wallets-alipay-bill': [
    utf8Encode(
      '#账号：[2088]\r\n支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,订单金额（元）,退款批次号/请求号,服务费（元）\r\n' +
        '2026\t,A1\t,交易,tea,2026-11-22 09:00:00,2026-11-22 09:00:01,12.34,,-0.05\r\n' +
        '#交易合计：1笔\r\n#退款合计：0笔\r\n',
    ),
  ],
  'wallets-alipay-notification': [utf8Encode('app_id=1&total_amount=0.01&sign_type=RSA2&sign=c2ln')],
};

const TRUST = { publicKeyOf: () => PUBLIC_KEY, nowS: 1_624_523_846, apiV3Key: API_V3_KEY };

function signedBy(body: string) {
  const headers = {
    'wechatpay-timestamp': '1624523846',
    'wechatpay-nonce': 'n',
    'wechatpay-serial': 'A',
    'wechatpay-signature': 'c2ln',
  };
  return { headers, body };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
