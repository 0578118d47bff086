import { fromBeijing } from '@zhanggui/base';
import {
  alipayCertificateSn,
  alipayRequestMessage,
  alipayResponseKey,
  alipayRootCertificateSn,
  decryptAlipayContent,
  encryptAlipayContent,
  type JsonRecord,
  readJsonRecord,
  signAlipay,
  textAt,
  verifyAlipay,
  WalletRefusal,
} from '@zhanggui/wallets';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { BookTeller } from '../book-teller.ts';
import type { Fault, WalletOperation } from '../faults.ts';
import { type Answer, failsBefore, sendAnswer } from '../faulty-answer.ts';
import { type ServerOptions, takeBodiesAsText } from '../mount.ts';
import { isOrder } from '../orders.ts';
import type { AlipayBills } from './bill.ts';
import { makeTrade, offerAnswer, tradeCancel, tradeClose, tradePay, tradeQuery } from './operations.ts';
import { refundQuery, tradeRefund } from './refunds.ts';
import {
  type AlipayCaller,
  type AlipayRequest,
  type AlipayResponse,
  businessError,
  gatewayError,
  SUCCESS,
} from './request.ts';
import type { AlipayShop } from './shop.ts';

/** What the gateway needs. */
export interface AlipayGatewayOptions extends ServerOptions {
  readonly shop: AlipayShop;
  readonly bills: AlipayBills;
  /** Path under which it is mounted. */
  readonly mount: string;
}

type Params = Readonly<Record<string, string>>;
type Work = (request: AlipayRequest) => AlipayResponse | Promise<AlipayResponse>;
type Works = Readonly<Record<string, readonly [WalletOperation, Work]>>;

/** Without these nobody is listened to; beside each the word that the answer has for it. */
const REQUIRED = [
  ['method', 'method'],
  ['sign', 'signature'],
  ['sign_type', 'signature-type'],
  ['app_id', 'app-id'],
  ['timestamp', 'timestamp'],
  ['version', 'version'],
] as const;

/** The official clients write the time of their own zone, which may be half a day away from Beijing's. */
const CLOCK_TOLERANCE_MS = 24 * 3_600_000;

/**
 * Alipay's gateway.do for the shop's application and one of a service provider, in key mode and in certificate mode:
 * requests' signatures are verified, answers are signed.
 */
export async function alipayGateway(app: FastifyInstance, options: AlipayGatewayOptions): Promise<void> {
  const { bills, faults, clock, held } = options;
  takeBodiesAsText(app);
  const works = worksOf(options);
  app.route({
    method: ['GET', 'POST'],
    url: '/gateway.do',
    handler: (request, reply) => serve(options, works, request, reply),
  });
  app.get('/downloadBillFile.resource', async (request, reply) => {
    const fault = faults.take('bill');
    if (failsBefore(fault, reply, held)) return reply;
    const file = bills.download(textAt(request.query as JsonRecord, 'fileId'));
    const headers = { 'content-type': file === undefined ? 'text/plain' : 'application/zip' };
    const answer = { status: file === undefined ? 404 : 200, headers, body: file ?? 'gone' };
    await sendAnswer(answer, fault, reply, clock);
    return reply;
  });
}

function worksOf({ shop, teller, bills }: AlipayGatewayOptions): Works {
  return {
    'alipay.trade.pay': ['pay', tradePay],
    'alipay.trade.query': ['query', tradeQuery],
    'alipay.trade.cancel': ['cancel', tradeCancel],
    'alipay.trade.close': ['cancel', tradeClose],
    'alipay.trade.refund': ['refund', tradeRefund],
    'alipay.trade.fastpay.refund.query': ['refund-query', refundQuery],
    'alipay.trade.precreate': ['order', (request) => offer(teller, request, 'scan')],
    'alipay.trade.create': ['order', (request) => offer(teller, request, 'page')],
    'alipay.data.dataservice.bill.downloadurl.query': ['bill', (request) => bills.ask(request)],
    'alipay.open.app.alipaycert.download': ['other', ({ content }) => certificateDownload(shop, content)],
  };
}

/** Makes a trade that its customer pays alone. */
async function offer(teller: BookTeller, request: AlipayRequest, way: 'scan' | 'page'): Promise<AlipayResponse> {
  const made = makeTrade(request, way);
  if (!isOrder(made)) return made;
  await teller.paidFirst(made, request.fault);
  return offerAnswer(made);
}

/** alipay.open.app.alipaycert.download: a certificate of Alipay's own by its serial. */
function certificateDownload({ certificates, crypto }: AlipayShop, content: JsonRecord): AlipayResponse {
  const wanted = textAt(content, 'alipay_cert_sn');
  const found = certificates.all.find(({ certificate }) => alipayCertificateSn(crypto, certificate) === wanted);
  if (found === undefined) return businessError('CERT_NOT_EXIST', '证书不存在');
  return { ...SUCCESS, alipay_cert_content: Buffer.from(found.certificate).toString('base64') };
}

async function serve(
  options: AlipayGatewayOptions,
  works: Works,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { faults, clock, held, shop, mount } = options;
  const params = paramsOf(request);
  const method = params.method ?? '';
  const [operation, work] = (Object.hasOwn(works, method) ? works[method] : undefined) ?? ['other', null];
  const fault = faults.take(operation);
  if (failsBefore(fault, reply, held)) return;
  const caller = callerOf(options, params);
  const content = contentOf(shop, params);
  const baseUrl = `http://${request.headers.host}${mount}`;
  const response = await responseOf(options, params, caller, content, { fault, baseUrl }, work);
  if (fault?.kind === 'rotation') await shop.certificates.rotate();
  const isEncrypted = params.encrypt_type === 'AES' && content !== 'undeciphered' && !('code' in caller);
  await sendAnswer(signed(shop, params, { response, isEncrypted, fault }), fault, reply, clock);
}

async function responseOf(
  { shop, clock }: AlipayGatewayOptions,
  params: Params,
  caller: AlipayCaller | AlipayResponse,
  content: JsonRecord | 'undeciphered' | null,
  rest: Pick<AlipayRequest, 'fault' | 'baseUrl'>,
  work: Work | null,
): Promise<AlipayResponse> {
  if ('code' in caller) return caller;
  if (work === null) return gatewayError('40002', 'isv.invalid-method', '不存在的方法名');
  if (content === 'undeciphered') return gatewayError('40002', 'isv.decryption-error-unknown', '解密出错, 未知错误');
  if (content === null) return gatewayError('40002', 'isv.invalid-parameter', 'biz_content不是JSON对象');
  return work({ book: shop.book, caller, content, notifyUrl: params.notify_url ?? '', now: clock.now(), ...rest });
}

/** Parameters stand in the query, in the form, or in both. */
function paramsOf(request: FastifyRequest): Params {
  const query = new URLSearchParams(request.raw.url?.split('?')[1] ?? '');
  const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
  return Object.fromEntries([...query, ...form]);
}

/** Who asks, or the reason why a request is not believed, in the order of the gateway's checks. */
function callerOf({ shop, clock }: AlipayGatewayOptions, params: Params): AlipayCaller | AlipayResponse {
  const { keys, crypto } = shop;
  const { app_id: appId = '', sign_type: signType, sign = '', timestamp = '', app_cert_sn: certificateSn } = params;
  const wrong = (subCode: string, subMsg: string): AlipayResponse => gatewayError('40002', subCode, subMsg);
  const missing = REQUIRED.find(([name]) => (params[name] ?? '') === '');
  if (missing !== undefined) return gatewayError('40001', `isv.missing-${missing[1]}`, `缺少${missing[0]}参数`);
  if (appId !== keys.appId && appId !== keys.isv.appId) return wrong('isv.invalid-app-id', '无效的AppID参数');
  if ((params.charset ?? 'utf-8').toLowerCase() !== 'utf-8') return wrong('isv.invalid-charset', '字符集错误');
  if (signType !== 'RSA2' && signType !== 'RSA') return wrong('isv.invalid-signature-type', '无效的签名类型');
  const [date = '', time = ''] = timestamp.split(' ');
  const isNow = Math.abs(fromBeijing(date, time) - clock.now()) <= CLOCK_TOLERANCE_MS;
  if (!isNow) return wrong('isv.invalid-timestamp', '非法的时间戳参数');
  if (certificateSn !== undefined && !namesCertificates(shop, params))
    return wrong('isv.invalid-app-cert-sn', '应用公钥证书SN或支付宝根证书SN无效');
  const kind = appId === keys.isv.appId ? 'isv' : 'own';
  const { publicKey } = kind === 'isv' ? keys.isv.app : keys.app;
  if (!verifyAlipay(crypto, publicKey, alipayRequestMessage(params), sign, signType))
    return wrong('isv.invalid-signature', '验签出错，建议检查签名字符串或签名私钥');
  if (kind === 'isv' && params.app_auth_token !== keys.isv.appAuthToken)
    return gatewayError('20001', 'aop.invalid-app-auth-token', '无效的应用授权令牌');
  return { kind, appId, byCertificate: certificateSn !== undefined };
}

function namesCertificates({ keys, crypto }: AlipayShop, params: Params): boolean {
  return (
    params.app_id === keys.appId &&
    params.app_cert_sn === alipayCertificateSn(crypto, keys.appCertificate) &&
    params.alipay_root_cert_sn === alipayRootCertificateSn(crypto, keys.root.certificate)
  );
}

function contentOf({ keys, crypto }: AlipayShop, params: Params): JsonRecord | 'undeciphered' | null {
  const text = params.biz_content ?? '';
  if (params.encrypt_type !== 'AES') return readJsonRecord(text);
  try {
    return readJsonRecord(decryptAlipayContent(crypto, keys.aesKey, text));
  } catch (error) {
    if (error instanceof WalletRefusal) return 'undeciphered';
    throw error;
  }
}

/**
 * The response object's text is signed as it stands in the answer; encrypted, it is a quoted Base64 text. Who asked with
 * certificates is told the serial of the one that signed.
 */
function signed(
  { keys, certificates, crypto }: AlipayShop,
  params: Params,
  parts: { readonly response: AlipayResponse; readonly isEncrypted: boolean; readonly fault: Fault | undefined },
): Answer {
  const plain = JSON.stringify(parts.response);
  const text = parts.isEncrypted ? JSON.stringify(encryptAlipayContent(crypto, keys.aesKey, plain)) : plain;
  const signType = params.sign_type === 'RSA' ? 'RSA' : 'RSA2';
  const signedText = parts.fault?.kind === 'wrong-signature' ? `${text} ` : text;
  const byCertificate = params.app_cert_sn !== undefined;
  const { certificate, privateKey } = certificates.current;
  const sign = signAlipay(crypto, byCertificate ? privateKey : keys.alipay.privateKey, signedText, signType);
  const serial = byCertificate ? `"alipay_cert_sn":"${alipayCertificateSn(crypto, certificate)}",` : '';
  return {
    status: 200,
    headers: { 'content-type': 'application/json;charset=utf-8' },
    body: `{"${alipayResponseKey(params.method ?? 'error')}":${text},${serial}"sign":"${sign}"}`,
  };
}
