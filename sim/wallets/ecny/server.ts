import { ECNY_CLOCK_TOLERANCE_S, RecentNonces, readJsonRecord, verifyEcny } from '@zhanggui/wallets';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { BillDays } from '../bill-days.ts';
import type { WalletOperation } from '../faults.ts';
import { failsBefore, sendAnswer } from '../faulty-answer.ts';
import { type ServerOptions, takeBodiesAsText } from '../mount.ts';
import { isOrder } from '../orders.ts';
import { signedHeaders } from './notices.ts';
import {
  answered,
  bill,
  cancelOrder,
  type EcnyBody,
  type EcnyRequest,
  micropay,
  native,
  offerAnswer,
  queryOrder,
  queryRefund,
  refund,
} from './operations.ts';
import type { EcnyShop } from './shop.ts';

/** What the server needs. */
export interface EcnyServerOptions extends ServerOptions {
  readonly shop: EcnyShop;
  readonly bills: BillDays;
}

type Work = (request: EcnyRequest) => EcnyBody | Promise<EcnyBody>;

/** An acquirer's interface for e-CNY, products DC_MICROPAY and DC_NATIVE: signed JSON in, signed JSON out. */
export async function ecnyServer(app: FastifyInstance, options: EcnyServerOptions): Promise<void> {
  const { shop, clock, bills } = options;
  const nonces = new RecentNonces(2 * ECNY_CLOCK_TOLERANCE_S * 1000);
  takeBodiesAsText(app);
  const route = (path: string, operation: WalletOperation, work: Work): void => {
    app.post(`/v1/${path}`, (request, reply) => serve(options, nonces, request, reply, operation, work));
  };
  route('dc/micropay', 'pay', (request) => micropay(shop, request));
  route('dc/native', 'order', (request) => offer(options, request));
  route('dc/query', 'query', (request) => queryOrder(shop, request));
  route('dc/cancel', 'cancel', (request) => cancelOrder(shop, request, clock.now()));
  route('dc/refund', 'refund', (request) => refund(shop, request));
  route('dc/refund-query', 'refund-query', (request) => queryRefund(shop, request));
  route('dc/bill', 'bill', (request) => bill(shop, bills, request));
}

/** Makes an order that its customer pays alone. */
async function offer({ shop, teller }: EcnyServerOptions, request: EcnyRequest): Promise<EcnyBody> {
  const made = native(shop, request);
  if (!isOrder(made)) return made;
  await teller.paidFirst(made, request.fault);
  return offerAnswer(made);
}

async function serve(
  options: EcnyServerOptions,
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
  const body = readJsonRecord(raw);
  const refusal = refusedRequest(options, nonces, request, raw);
  const isOurs = body?.merchant_id === shop.keys.merchantId;
  const answer =
    refusal ?? (body === null || !isOurs ? answered('PARAM_ERROR', '商户号不正确') : await work({ body, fault }));
  const text = JSON.stringify({ merchant_id: shop.keys.merchantId, ...answer });
  const headers = await signedHeaders(shop, text, fault);
  await sendAnswer({ status: 200, headers, body: text }, fault, reply, clock);
}

/** The reason why a request is not believed. */
function refusedRequest(
  { shop, clock }: EcnyServerOptions,
  nonces: RecentNonces,
  request: FastifyRequest,
  raw: string,
): EcnyBody | null {
  const { keys, crypto } = shop;
  const headers = Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
  const known = new Map([[keys.serial, keys.merchant.publicKey]]);
  if (!verifyEcny(crypto, known, headers, raw, clock.now())) return answered('SIGN_ERROR', '验签失败');
  const isNew = nonces.isNew(headers['dcep-nonce'] ?? '', clock.now());
  return isNew ? null : answered('SIGN_ERROR', '随机串重复');
}
