import type { Clock } from '@zhanggui/base';
import { type FormFields, formatForm, parseForm, signedUnionPay, verifyUnionPay } from '@zhanggui/wallets';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { certIdOf } from '../certificates.ts';
import type { Fault, FaultBox, WalletOperation } from '../faults.ts';
import { type Answer, failsBefore, type HeldReplies, sendAnswer } from '../faulty-answer.ts';
import type { Order } from '../orders.ts';
import { answered } from './answers.ts';
import type { UnionPayBills } from './bill.ts';
import type { UnionPayNotices } from './notices.ts';
import { consumeScanned, giveBack, orderShown, queryTransaction, reverse, type UnionPayRequest } from './operations.ts';
import type { UnionPayShop } from './shop.ts';

/** What the server needs besides the shop. */
export interface UnionPayServerOptions {
  readonly shop: UnionPayShop;
  readonly notices: UnionPayNotices;
  readonly bills: UnionPayBills;
  readonly faults: FaultBox;
  readonly clock: Clock;
  readonly held: HeldReplies;
}

type Work = (request: UnionPayRequest) => FormFields | Promise<FormFields>;

/** UnionPay's interface for merchants (version 5.1.0): signed forms in, signed forms out. */
export async function unionPayServer(app: FastifyInstance, options: UnionPayServerOptions): Promise<void> {
  const { shop, bills } = options;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  const works: Readonly<Record<string, readonly [string, WalletOperation, Work]>> = {
    '0106': ['backTransReq.do', 'pay', (request) => consumeScanned(shop, request)],
    '0107': ['backTransReq.do', 'order', (request) => offer(options, request)],
    '0000': ['queryTrans.do', 'query', (request) => queryTransaction(shop, request)],
    '9901': ['backTransReq.do', 'cancel', (request) => reverse(shop, request)],
    '0400': ['backTransReq.do', 'refund', (request) => giveBack(shop, request)],
    '7601': ['fileTransReq.do', 'bill', ({ fields }) => bills.file(fields)],
  };
  for (const page of ['backTransReq.do', 'queryTrans.do', 'fileTransReq.do'])
    app.post(`/gateway/api/${page}`, async (request, reply) => {
      const fields = fieldsOf(request);
      const kind = `${fields.txnType ?? ''}${fields.txnSubType ?? ''}`;
      const found = Object.hasOwn(works, kind) ? works[kind] : undefined;
      const [at, operation, work] = found ?? ['', 'other' as const, null];
      await serve(options, fields, reply, operation, at === page ? work : null);
    });
}

async function serve(
  options: UnionPayServerOptions,
  fields: FormFields,
  reply: FastifyReply,
  operation: WalletOperation,
  work: Work | null,
): Promise<void> {
  const { faults, clock, held } = options;
  // A question about a refund is another operation than one about a payment.
  const isRefund = operation === 'query' && options.shop.book.order(fields.orderId ?? '') === undefined;
  const fault = faults.take(isRefund ? 'refund-query' : operation);
  if (failsBefore(fault, reply, held)) return;
  const refusal = refusedRequest(options, fields);
  const answer = refusal ?? (work === null ? answered('10') : await work({ fields, fault, now: clock.now() }));
  await sendAnswer(await signed(options, fields, answer, fault), fault, reply, clock);
}

/** Makes an order; under a fault it is paid, and its merchant told, before the order itself is answered. */
async function offer({ shop, notices }: UnionPayServerOptions, request: UnionPayRequest): Promise<FormFields> {
  const made = orderShown(shop, request);
  if (!isOrder(made)) return made;
  const payer = shop.book.customers[0]?.id;
  if (request.fault?.kind === 'notified-first' && payer !== undefined && made.state === 'unpaid') {
    shop.book.phones.scan(payer, made.transactionId);
    shop.book.phones.confirm(payer, '');
    await notices.told(made.outTradeNo);
  }
  return answered('00', { queryId: made.transactionId, txnAmt: String(made.amountMinor), currencyCode: '156' });
}

function isOrder(made: FormFields | Order): made is Order {
  return 'outTradeNo' in made;
}

function fieldsOf({ body }: FastifyRequest): FormFields {
  return (typeof body === 'string' ? parseForm(body) : null) ?? {};
}

/** The reason why a request is not believed, in the order of the interface's checks. */
function refusedRequest({ shop }: UnionPayServerOptions, fields: FormFields): FormFields | null {
  const { version, encoding, signMethod, merId, certId } = fields;
  if (version !== '5.1.0' || encoding !== 'UTF-8' || signMethod !== '01') return answered('10');
  if (merId !== shop.keys.merchantId) return answered('31');
  if (certId !== certIdOf(shop.keys.merchant)) return answered('11');
  return verifyUnionPay(shop.crypto, shop.keys.merchant.publicKey, fields) ? null : answered('11');
}

/** The answer repeats what names its request, and names the certificate that signs it. */
async function signed(
  { shop }: UnionPayServerOptions,
  request: FormFields,
  answer: FormFields,
  fault: Fault | undefined,
): Promise<Answer> {
  const repeated = ['txnType', 'txnSubType', 'bizType', 'merId', 'orderId', 'txnTime'];
  const fields: FormFields = {
    version: '5.1.0',
    encoding: 'UTF-8',
    signMethod: '01',
    certId: certIdOf(shop.keys.institution),
    ...Object.fromEntries(repeated.map((name) => [name, request[name] ?? ''])),
    ...answer,
  };
  const changed = fault?.kind === 'wrong-signature' ? { ...fields, respMsg: '' } : fields;
  const { signature } = await signedUnionPay(shop.crypto, shop.keys.institution.privateKey, changed);
  return {
    status: 200,
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
    body: formatForm({ ...fields, signature }),
  };
}
