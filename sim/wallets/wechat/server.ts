import {
  type JsonRecord,
  parseWechatAuthorization,
  RecentNonces,
  readJsonRecord,
  verifyWechat,
  WalletRefusal,
  WECHAT_CLOCK_TOLERANCE_S,
  wechatRequestMessage,
} from '@zhanggui/wallets';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Fault, WalletOperation } from '../faults.ts';
import { type Answer, failsBefore, sendAnswer } from '../faulty-answer.ts';
import { type ServerOptions, takeBodiesAsText } from '../mount.ts';
import { isOrder } from '../orders.ts';
import { type WechatAnswer, wechatError } from './answers.ts';
import type { WechatBills } from './bills.ts';
import { signedHeaders } from './notices.ts';
import {
  certificates,
  closeOrder,
  codepay,
  makeOrder,
  offerAnswer,
  queryOrder,
  queryRefund,
  refundOrder,
  reverseOrder,
  type WechatRequest,
} from './operations.ts';
import { type Caller, callersOf, type WechatShop } from './shop.ts';

/** What the server needs. */
export interface WechatServerOptions extends ServerOptions {
  readonly shop: WechatShop;
  readonly bills: WechatBills;
  /** Path under which it is mounted; a client may sign its requests with or without it. */
  readonly mount: string;
}

type Work = (request: WechatRequest) => WechatAnswer | Promise<WechatAnswer>;

/** WeChat Pay API v3 for one merchant and its service provider: requests' signatures are verified, answers are signed. */
export async function wechatServer(app: FastifyInstance, options: WechatServerOptions): Promise<void> {
  const { shop, bills } = options;
  const nonces = new RecentNonces(2 * WECHAT_CLOCK_TOLERANCE_S * 1_000);
  takeBodiesAsText(app);

  const route = (method: 'GET' | 'POST', url: string, operation: WalletOperation, work: Work): void => {
    app.route({ method, url, handler: (request, reply) => serve(options, nonces, request, reply, operation, work) });
  };
  for (const orders of ['/v3/pay/transactions', '/v3/pay/partner/transactions']) {
    const order = `${orders}/out-trade-no/:outTradeNo`;
    route('POST', `${orders}/codepay`, 'pay', (request) => codepay(shop, request));
    route('POST', `${orders}/native`, 'order', (request) => offer(options, request, 'scan'));
    route('POST', `${orders}/jsapi`, 'order', (request) => offer(options, request, 'page'));
    route('GET', order, 'query', (request) => queryOrder(shop, request));
    route('GET', `${orders}/id/:id`, 'query', (request) => queryOrder(shop, request));
    route('POST', `${order}/reverse`, 'cancel', (request) => reverseOrder(shop, request));
    route('POST', `${order}/close`, 'cancel', (request) => closeOrder(shop, request));
  }
  route('POST', '/v3/refund/domestic/refunds', 'refund', (request) => refundOrder(shop, request));
  route('GET', '/v3/refund/domestic/refunds/:outRefundNo', 'refund-query', (request) => queryRefund(shop, request));
  route('GET', '/v3/bill/tradebill', 'bill', (request) => bills.trades(request));
  route('GET', '/v3/bill/fundflowbill', 'bill', (request) => bills.funds(request));
  route('GET', '/v3/billdownload/file', 'bill', (request) => bills.download(request));
  route('GET', '/v3/certificates', 'other', (request) => certificates(shop, request));
  app.setNotFoundHandler((request, reply) => serve(options, nonces, request, reply, 'other', noSuchResource));
}

/** Makes an order that its customer pays alone. */
async function offer(
  { shop, teller }: WechatServerOptions,
  request: WechatRequest,
  way: 'scan' | 'page',
): Promise<WechatAnswer> {
  const made = makeOrder(shop, request, way);
  if (!isOrder(made)) return made;
  await teller.paidFirst(made, request.fault);
  return offerAnswer(made);
}

function noSuchResource(): WechatAnswer {
  return wechatError(404, 'RESOURCE_NOT_EXISTS', '没有这个接口，请检查地址和请求方法');
}

async function serve(
  options: WechatServerOptions,
  nonces: RecentNonces,
  request: FastifyRequest,
  reply: FastifyReply,
  operation: WalletOperation,
  work: Work,
): Promise<void> {
  const { shop, faults, clock, held } = options;
  const fault = faults.take(operation);
  if (failsBefore(fault, reply, held)) return;
  const raw = typeof request.body === 'string' ? request.body : '';
  const caller = callerOf(options, nonces, request, raw);
  const wantsPublicKey = request.headers['wechatpay-serial'] === shop.keys.publicKeyId;
  const baseUrl = `http://${request.headers.host}${options.mount}`;
  const answer = await answerOf(request, raw, caller, { fault, wantsPublicKey, baseUrl }, work);
  if (fault?.kind === 'rotation') await shop.platform.rotate();
  await sendAnswer(signed(options, answer, caller, wantsPublicKey, fault), fault, reply, clock);
}

async function answerOf(
  request: FastifyRequest,
  raw: string,
  caller: Caller | WechatAnswer,
  rest: Pick<WechatRequest, 'fault' | 'wantsPublicKey' | 'baseUrl'>,
  work: Work,
): Promise<WechatAnswer> {
  if ('status' in caller) return caller;
  const body = raw === '' ? {} : readJsonRecord(raw);
  if (body === null) return wechatError(400, 'PARAM_ERROR', '请求包体不是JSON对象');
  return work({ caller, path: request.params as JsonRecord, query: request.query as JsonRecord, body, ...rest });
}

/** Who signed the request, or the reason why it is not believed, in the order of the interface's checks. */
function callerOf(
  { shop, clock, mount }: WechatServerOptions,
  nonces: RecentNonces,
  request: FastifyRequest,
  body: string,
): Caller | WechatAnswer {
  const refuse = (message: string): WechatAnswer => wechatError(401, 'SIGN_ERROR', message);
  try {
    const authorization = parseWechatAuthorization(request.headers.authorization ?? '');
    const { scheme, merchantId, serialNumber, timestamp, nonce, signature } = authorization;
    const callers = callersOf(shop).filter((caller) => caller.merchantId === merchantId);
    if (callers.length === 0) return refuse('商户号不存在');
    const caller = callers.find((known) => known.serial === serialNumber.toUpperCase() && known.scheme === scheme);
    if (caller === undefined) return refuse('商户证书序列号有误');
    if (Math.abs(Number(timestamp) - clock.now() / 1000) > WECHAT_CLOCK_TOLERANCE_S) return refuse('请求时间戳已过期');
    const urls = [request.raw.url ?? '', (request.raw.url ?? '').slice(mount.length)];
    const isGenuine = urls.some((canonicalUrl) => {
      const message = wechatRequestMessage({ method: request.method, canonicalUrl, timestamp, nonce, body });
      return verifyWechat(shop.crypto, caller.publicKey, message, signature, caller.scheme);
    });
    if (!isGenuine) return refuse('验签失败');
    return nonces.isNew(nonce, clock.now()) ? caller : refuse('随机串重复');
  } catch (error) {
    if (error instanceof WalletRefusal) return refuse('Authorization头格式错误');
    throw error;
  }
}

/** Signs with the key that the request's `Wechatpay-Serial` asks for, else with the platform certificate's; files are not signed. */
function signed(
  { shop }: WechatServerOptions,
  { status, body, file }: WechatAnswer,
  caller: Caller | WechatAnswer,
  byPublicKey: boolean,
  fault: Fault | undefined,
): Answer {
  if (file !== undefined) return { status, body: file, headers: { 'content-type': 'application/octet-stream' } };
  const text = body === null ? '' : JSON.stringify(body);
  const scheme = 'scheme' in caller ? caller.scheme : 'WECHATPAY2-SHA256-RSA2048';
  const parts = { caller: { scheme }, byPublicKey, body: text, fault } as const;
  return { status, body: text, headers: signedHeaders(shop, parts) };
}
