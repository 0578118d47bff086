import { beijingDate, type Clock } from '@zhanggui/base';
import { ECNY_CLOCK_TOLERANCE_S, RecentNonces, readJsonRecord, verifyEcny } from '@zhanggui/wallets';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FaultBox, WalletOperation } from '../faults.ts';
import { failsBefore, type HeldReplies, sendAnswer } from '../faulty-answer.ts';
import type { Order } from '../orders.ts';
import { type EcnyNotices, signedHeaders } from './notices.ts';
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

/** What the server needs besides the shop. */
export interface EcnyServerOptions {
  readonly shop: EcnyShop;
  readonly notices: EcnyNotices;
  readonly faults: FaultBox;
  readonly clock: Clock;
  readonly held: HeldReplies;
  /** Bills of any day, today's too, as if the night had passed. */
  readonly bills: { anyDay: boolean };
}

type Work = (request: EcnyRequest) => EcnyBody | Promise<EcnyBody>;

/** An acquirer's interface for e-CNY, products DC_MICROPAY and DC_NATIVE: signed JSON in, signed JSON out. */
export async function ecnyServer(app: FastifyInstance, options: EcnyServerOptions): Promise<void> {
  const { shop, clock, bills } = options;
  const nonces = new RecentNonces(2 * ECNY_CLOCK_TOLERANCE_S * 1000);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  const route = (path: string, operation: WalletOperation, work: Work): void => {
    app.post(`/v1/${path}`, (request, reply) => serve(options, nonces, request, reply, operation, work));
  };
  route('dc/micropay', 'pay', (request) => micropay(shop, request));
  route('dc/native', 'order', (request) => offer(options, request));
  route('dc/query', 'query', (request) => queryOrder(shop, request));
  route('dc/cancel', 'cancel', (request) => cancelOrder(shop, request, clock.now()));
  route('dc/refund', 'refund', (request) => refund(shop, request));
  route('dc/refund-query', 'refund-query', (request) => queryRefund(shop, request));
  route('dc/bill', 'bill', (request) => bill(shop, request, bills.anyDay ? '9999' : beijingDate(clock.now())));
}

/** Makes an order; under a fault it is paid, and its merchant told, before the order itself is answered. */
async function offer({ shop, notices }: EcnyServerOptions, request: EcnyRequest): Promise<EcnyBody> {
  const made = native(shop, request);
  if (!isOrder(made)) return made;
  const payer = shop.book.customers[0]?.id;
  if (request.fault?.kind === 'notified-first' && payer !== undefined && made.state === 'unpaid') {
    shop.book.phones.scan(payer, made.transactionId);
    shop.book.phones.confirm(payer, '');
    await notices.told(made.outTradeNo);
  }
  return offerAnswer(made);
}

function isOrder(made: EcnyBody | Order): made is Order {
  return 'outTradeNo' in made;
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
  const headers = await signedHeaders(shop, text, fault, clock.now());
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
