import { type Clock, fromBeijing } from '@zhanggui/base';
import {
  alipayRequestMessage,
  alipayResponseKey,
  decryptAlipayContent,
  encryptAlipayContent,
  type JsonRecord,
  readJsonRecord,
  signAlipay,
  verifyAlipay,
  type WalletCrypto,
  WalletRefusal,
} from '@zhanggui/wallets';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WalletBook } from '../book.ts';
import type { Fault, FaultBox, WalletOperation } from '../faults.ts';
import { type Answer, failsBefore, type HeldReplies, sendAnswer } from '../faulty-answer.ts';
import type { AlipayKeys } from '../keys.ts';
import {
  type AlipayResponse,
  refundQuery,
  tradeCancel,
  tradeClose,
  tradePay,
  tradePrecreate,
  tradeQuery,
  tradeRefund,
} from './operations.ts';

/** What the gateway needs. */
export interface AlipayGatewayOptions {
  readonly keys: AlipayKeys;
  readonly book: WalletBook;
  readonly crypto: WalletCrypto;
  readonly faults: FaultBox;
  readonly clock: Clock;
  readonly held: HeldReplies;
}

type Params = Readonly<Record<string, string>>;
type Work = (book: WalletBook, content: JsonRecord, fault: Fault | undefined) => AlipayResponse;

const METHODS: Readonly<Record<string, readonly [WalletOperation, Work]>> = {
  'alipay.trade.pay': ['pay', tradePay],
  'alipay.trade.query': ['query', tradeQuery],
  'alipay.trade.cancel': ['cancel', tradeCancel],
  'alipay.trade.close': ['cancel', tradeClose],
  'alipay.trade.refund': ['refund', tradeRefund],
  'alipay.trade.fastpay.refund.query': ['refund-query', refundQuery],
  'alipay.trade.precreate': ['order', tradePrecreate],
};
/** The official clients write the time of their own zone, which may be half a day away from Beijing's. */
const CLOCK_TOLERANCE_MS = 24 * 3_600_000;

/** Alipay's gateway.do for one application in key mode: requests' signatures are verified, answers are signed. */
export async function alipayGateway(app: FastifyInstance, options: AlipayGatewayOptions): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.route({
    method: ['GET', 'POST'],
    url: '/gateway.do',
    handler: (request, reply) => serve(options, request, reply),
  });
}

async function serve(options: AlipayGatewayOptions, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { faults, clock, held } = options;
  const params = paramsOf(request);
  const method = params.method ?? '';
  const [operation, work] = (Object.hasOwn(METHODS, method) ? METHODS[method] : undefined) ?? ['other', null];
  const fault = faults.take(operation);
  if (failsBefore(fault, reply, held)) return;
  const response = refusedRequest(options, params) ?? carryOut(options, params, work, fault);
  await sendAnswer(signed(options, params, response, fault), fault, reply, clock);
}

function carryOut(
  options: AlipayGatewayOptions,
  params: Params,
  work: Work | null,
  fault: Fault | undefined,
): AlipayResponse {
  if (work === null) return gatewayError('40002', 'isv.invalid-method', '不存在的方法名');
  const content = contentOf(options, params);
  if (content === null) return gatewayError('40002', 'isv.invalid-parameter', 'biz_content不是JSON对象');
  return work(options.book, content, fault);
}

/** Parameters stand in the query, in the form, or in both. */
function paramsOf(request: FastifyRequest): Params {
  const query = new URLSearchParams(request.raw.url?.split('?')[1] ?? '');
  const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
  return Object.fromEntries([...query, ...form]);
}

/** The reason why a request is not believed, in the order of the gateway's checks. */
function refusedRequest({ keys, crypto, clock }: AlipayGatewayOptions, params: Params): AlipayResponse | null {
  const { app_id: appId, sign_type: signType, sign = '', timestamp = '' } = params;
  if (appId !== keys.appId) return gatewayError('40002', 'isv.invalid-app-id', '无效的AppID参数');
  if (signType !== 'RSA2' && signType !== 'RSA')
    return gatewayError('40002', 'isv.invalid-signature-type', '无效的签名类型');
  const [date = '', time = ''] = timestamp.split(' ');
  const isNow = Math.abs(fromBeijing(date, time) - clock.now()) <= CLOCK_TOLERANCE_MS;
  if (!isNow) return gatewayError('40002', 'isv.invalid-timestamp', '非法的时间戳参数');
  const isGenuine = verifyAlipay(crypto, keys.app.publicKey, alipayRequestMessage(params), sign, signType);
  return isGenuine ? null : gatewayError('40002', 'isv.invalid-signature', '验签出错，建议检查签名字符串或签名私钥');
}

function contentOf({ keys, crypto }: AlipayGatewayOptions, params: Params): JsonRecord | null {
  const text = params.biz_content ?? '';
  if (params.encrypt_type !== 'AES') return readJsonRecord(text);
  try {
    return readJsonRecord(decryptAlipayContent(crypto, keys.aesKey, text));
  } catch (error) {
    if (error instanceof WalletRefusal) return null;
    throw error;
  }
}

function gatewayError(code: string, subCode: string, subMsg: string): AlipayResponse {
  return { code, msg: code === '40002' ? 'Invalid Arguments' : 'Error', sub_code: subCode, sub_msg: subMsg };
}

/** The response object's text is signed as it stands in the answer; encrypted, it is a quoted Base64 text. */
function signed(
  { keys, crypto }: AlipayGatewayOptions,
  params: Params,
  response: AlipayResponse,
  fault: Fault | undefined,
): Answer {
  const plain = JSON.stringify(response);
  const isEncrypted = params.encrypt_type === 'AES' && response.code === '10000';
  const text = isEncrypted ? JSON.stringify(encryptAlipayContent(crypto, keys.aesKey, plain)) : plain;
  const signType = params.sign_type === 'RSA' ? 'RSA' : 'RSA2';
  const signedText = fault?.kind === 'wrong-signature' ? `${text} ` : text;
  const sign = signAlipay(crypto, keys.alipay.privateKey, signedText, signType);
  const key = alipayResponseKey(params.method ?? 'error');
  return {
    status: 200,
    headers: { 'content-type': 'application/json;charset=utf-8' },
    body: `{"${key}":${text},"sign":"${sign}"}`,
  };
}
