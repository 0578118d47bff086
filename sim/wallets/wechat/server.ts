import type { Clock } from '@zhanggui/base';
import {
  type JsonRecord,
  parseWechatAuthorization,
  readJsonRecord,
  signWechat,
  verifyWechat,
  WalletRefusal,
  WECHAT_CLOCK_TOLERANCE_S,
  wechatAnswerMessage,
  wechatRequestMessage,
} from '@zhanggui/wallets';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Fault, FaultBox, WalletOperation } from '../faults.ts';
import { type Answer, failsBefore, type HeldReplies, sendAnswer } from '../faulty-answer.ts';
import { type WechatAnswer, wechatError } from './answers.ts';
import {
  certificates,
  closeOrder,
  codepay,
  queryOrder,
  queryRefund,
  refundOrder,
  reverseOrder,
  type WechatShop,
} from './operations.ts';

/** What the server needs besides the shop. */
export interface WechatServerOptions {
  readonly shop: WechatShop;
  readonly faults: FaultBox;
  readonly clock: Clock;
  readonly held: HeldReplies;
  /** Path under which it is mounted; a client may sign its requests with or without it. */
  readonly mount: string;
}

interface Parts {
  readonly path: JsonRecord;
  readonly query: JsonRecord;
  readonly body: JsonRecord;
  readonly fault: Fault | undefined;
}

type Work = (shop: WechatShop, parts: Parts) => WechatAnswer;

const ORDER = '/v3/pay/transactions/out-trade-no/:outTradeNo';
const REMEMBERED_NONCES = 100_000;

/** WeChat Pay API v3 for one direct merchant: requests' signatures are verified, answers are signed. */
export async function wechatServer(app: FastifyInstance, options: WechatServerOptions): Promise<void> {
  const nonces = new Set<string>();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));

  const route = (method: 'GET' | 'POST', url: string, operation: WalletOperation, work: Work): void => {
    app.route({ method, url, handler: (request, reply) => serve(options, nonces, request, reply, operation, work) });
  };
  route('POST', '/v3/pay/transactions/codepay', 'pay', (shop, { body, fault }) => codepay(shop, body, fault));
  route('GET', ORDER, 'query', (shop, { path, query }) => queryOrder(shop, path, query));
  route('GET', '/v3/pay/transactions/id/:id', 'query', (shop, { path, query }) => queryOrder(shop, path, query));
  route('POST', `${ORDER}/reverse`, 'cancel', (shop, { path, body }) => reverseOrder(shop, path, body));
  route('POST', `${ORDER}/close`, 'cancel', (shop, { path, body }) => closeOrder(shop, path, body));
  route('POST', '/v3/refund/domestic/refunds', 'refund', (shop, { body }) => refundOrder(shop, body));
  route('GET', '/v3/refund/domestic/refunds/:outRefundNo', 'refund-query', (shop, { path }) => queryRefund(shop, path));
  route('GET', '/v3/certificates', 'other', (shop) => certificates(shop));
}

async function serve(
  options: WechatServerOptions,
  nonces: Set<string>,
  request: FastifyRequest,
  reply: FastifyReply,
  operation: WalletOperation,
  work: Work,
): Promise<void> {
  const { shop, faults, clock, held } = options;
  const fault = faults.take(operation);
  if (failsBefore(fault, reply, held)) return;
  const raw = typeof request.body === 'string' ? request.body : '';
  const refused = unauthorized(options, nonces, request, raw);
  const body = raw === '' ? {} : readJsonRecord(raw);
  const answer =
    refused ??
    (body === null
      ? wechatError(400, 'PARAM_ERROR', '请求包体不是JSON对象')
      : work(shop, { path: request.params as JsonRecord, query: request.query as JsonRecord, body, fault }));
  await sendAnswer(signed(options, request, answer, fault), fault, reply, clock);
}

/** The reason why a request is not believed, in the order of the interface's checks. */
function unauthorized(
  { shop, clock, mount }: WechatServerOptions,
  nonces: Set<string>,
  request: FastifyRequest,
  body: string,
): WechatAnswer | null {
  const refuse = (message: string): WechatAnswer => wechatError(401, 'SIGN_ERROR', message);
  try {
    const { merchantId, serialNumber, timestamp, nonce, signature } = parseWechatAuthorization(
      request.headers.authorization ?? '',
    );
    if (merchantId !== shop.keys.merchantId) return refuse('商户号不存在');
    if (serialNumber.toUpperCase() !== shop.keys.merchant.serial) return refuse('商户证书序列号有误');
    if (Math.abs(Number(timestamp) - clock.now() / 1000) > WECHAT_CLOCK_TOLERANCE_S) return refuse('请求时间戳已过期');
    if (nonces.has(nonce)) return refuse('随机串重复');
    const urls = [request.raw.url ?? '', (request.raw.url ?? '').slice(mount.length)];
    const isGenuine = urls.some((canonicalUrl) => {
      const message = wechatRequestMessage({ method: request.method, canonicalUrl, timestamp, nonce, body });
      return verifyWechat(shop.crypto, shop.keys.merchant.publicKey, message, signature);
    });
    if (!isGenuine) return refuse('验签失败');
    remember(nonces, nonce);
    return null;
  } catch (error) {
    if (error instanceof WalletRefusal) return refuse('Authorization头格式错误');
    throw error;
  }
}

function remember(nonces: Set<string>, nonce: string): void {
  const oldest = nonces.values().next();
  if (nonces.size >= REMEMBERED_NONCES && oldest.done !== true) nonces.delete(oldest.value);
  nonces.add(nonce);
}

/** Signs with the key that the request's `Wechatpay-Serial` asks for, else with the platform certificate's. */
function signed(
  { shop, clock }: WechatServerOptions,
  request: FastifyRequest,
  answer: WechatAnswer,
  fault: Fault | undefined,
): Answer {
  const { keys, crypto, nonce } = shop;
  const wantsPublicKey = request.headers['wechatpay-serial'] === keys.publicKeyId;
  const body = answer.body === null ? '' : JSON.stringify(answer.body);
  const timestamp = Math.floor(clock.now() / 1000);
  const random = nonce(32);
  const signedBody = fault?.kind === 'wrong-signature' ? `${body} ` : body;
  const message = wechatAnswerMessage({ timestamp, nonce: random, body: signedBody });
  return {
    status: answer.status,
    body,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'request-id': nonce(24),
      'wechatpay-serial': wantsPublicKey ? keys.publicKeyId : keys.platform.serial,
      'wechatpay-timestamp': String(timestamp),
      'wechatpay-nonce': random,
      'wechatpay-signature': signWechat(
        crypto,
        wantsPublicKey ? keys.publicKey.privateKey : keys.platform.privateKey,
        message,
      ),
      'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
    },
  };
}
