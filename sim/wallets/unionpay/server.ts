import { type FormFields, formatUnionPayAnswer, parseForm, verifyUnionPay } from '@zhanggui/wallets';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { BillDays } from '../bill-days.ts';
import { certIdOf } from '../certificates.ts';
import type { Fault, WalletOperation } from '../faults.ts';
import { type Answer, failsBefore, sendAnswer } from '../faulty-answer.ts';
import { type ServerOptions, takeBodiesAsText } from '../mount.ts';
import { isOrder } from '../orders.ts';
import { answered } from './answers.ts';
import { billFile } from './bill.ts';
import { signedFields } from './notices.ts';
import { consumeScanned, giveBack, orderShown, queryTransaction, reverse, type UnionPayRequest } from './operations.ts';
import type { UnionPayShop } from './shop.ts';

/** What the server needs. */
export interface UnionPayServerOptions extends ServerOptions {
  readonly shop: UnionPayShop;
  readonly bills: BillDays;
}

type Work = (request: UnionPayRequest) => FormFields | Promise<FormFields>;

/** UnionPay's interface for merchants (version 5.1.0): signed forms in, signed fields out. */
export async function unionPayServer(app: FastifyInstance, options: UnionPayServerOptions): Promise<void> {
  const { shop, bills } = options;
  takeBodiesAsText(app);
  const works: Readonly<Record<string, readonly [string, WalletOperation, Work]>> = {
    '0106': ['backTransReq.do', 'pay', (request) => consumeScanned(shop, request)],
    '0107': ['backTransReq.do', 'order', (request) => offer(options, request)],
    '0000': ['queryTrans.do', 'query', (request) => queryTransaction(shop, request)],
    '9901': ['backTransReq.do', 'cancel', (request) => reverse(shop, request)],
    '0400': ['backTransReq.do', 'refund', (request) => giveBack(shop, request)],
    '7601': ['fileTransReq.do', 'bill', (request) => billFile(shop, bills, request)],
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
  if (fault?.kind === 'rotation') await options.shop.certificates.rotate();
  await sendAnswer(await signed(options, fields, answer, fault), fault, reply, clock);
}

/** Makes an order that its customer pays alone. */
async function offer({ shop, teller }: UnionPayServerOptions, request: UnionPayRequest): Promise<FormFields> {
  const made = orderShown(shop, request);
  if (!isOrder(made)) return made;
  await teller.paidFirst(made, request.fault);
  return answered('00', { queryId: made.transactionId, txnAmt: String(made.amountMinor), currencyCode: '156' });
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

/** The answer repeats what names its request; its values stand as they are, not URL-encoded. */
async function signed(
  { shop }: UnionPayServerOptions,
  request: FormFields,
  answer: FormFields,
  fault: Fault | undefined,
): Promise<Answer> {
  const repeated = ['txnType', 'txnSubType', 'bizType', 'merId', 'orderId', 'txnTime'];
  const names = Object.fromEntries(repeated.map((name) => [name, request[name] ?? '']));
  const body = formatUnionPayAnswer(await signedFields(shop, { ...names, ...answer }, fault));
  return { status: 200, headers: { 'content-type': 'text/html;charset=utf-8' }, body };
}
