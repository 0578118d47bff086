import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WalletBook } from './book.ts';
import { type PaymentCode, WALLET_IDS, type WalletId } from './code-issuer.ts';
import type { HeldReplies } from './faulty-answer.ts';
import { type Customer, DEMO_PASSWORD, type Order } from './orders.ts';
import { consumerCode } from './unionpay/consumer-code.ts';
import { orderOfCode } from './unionpay/merchant-code.ts';
import type { UnionPayShop } from './unionpay/shop.ts';

/** What a virtual phone shows. */
interface PhoneView {
  readonly wallet: WalletId;
  readonly customer: Pick<
    Customer,
    'id' | 'name' | 'nameEn' | 'balanceMinor' | 'offline' | 'insufficient' | 'alwaysAsk'
  >;
  /** The payment that wants the password. */
  readonly prompt: (PhoneOrder & { readonly wantsPassword: boolean }) | null;
  /** The newest payments first. */
  readonly history: readonly PhoneOrder[];
}

/** A payment as its customer sees it. */
type PhoneOrder = Pick<
  Order,
  'outTradeNo' | 'description' | 'amountMinor' | 'state' | 'failure' | 'paidAt' | 'refundedMinor' | 'createdAt'
>;

type Path = { readonly wallet: string; readonly customer: string };

const SHOWN_ORDERS = 8;
const PING_MS = 20_000;
const SSE_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  connection: 'keep-alive',
};

/** The virtual phones' side of the wallets: codes, questions, answers, switches. Test-only, nobody signs in. */
export async function phoneRoutes(
  app: FastifyInstance,
  options: {
    readonly books: Readonly<Record<WalletId, WalletBook>>;
    readonly held: HeldReplies;
    readonly unionPay: Pick<UnionPayShop, 'keys' | 'book'>;
  },
): Promise<void> {
  const { books, held, unionPay } = options;
  const on = (
    method: 'GET' | 'POST' | 'PUT',
    action: string,
    work: (phone: Phone, body: Readonly<Record<string, unknown>>) => unknown,
  ): void => {
    app.route<{ Params: Path }>({
      method,
      url: `/phones/:wallet/:customer/${action}`,
      handler: async (request, reply) => {
        const phone = phoneOf(books, request.params);
        if (phone === undefined) return reply.code(404).send({ code: 'no-such-phone' });
        return work(phone, (request.body ?? {}) as Record<string, unknown>);
      },
    });
  };

  app.get('/phones', async () => ({
    wallets: Object.entries(books).map(([id, book]) => ({ id, customers: book.customers })),
  }));
  on('GET', 'code', (phone) => shownCode(phone, phone.book.code(phone.customer.id)));
  on('POST', 'code', (phone) => shownCode(phone, phone.book.codes.refresh(phone.customer.id)));
  on('GET', 'state', view);
  on('POST', 'confirm', ({ book, customer }, body) => {
    const result = book.phones.confirm(customer.id, String(body.password ?? ''));
    if (result === undefined) return { result: 'nothing-to-confirm' };
    return { result: result === false ? 'wrong-password' : result.state };
  });
  on('POST', 'refuse', ({ book, customer }) => ({
    result: book.phones.refuse(customer.id)?.state ?? 'nothing-to-refuse',
  }));
  on('POST', 'scan', ({ wallet, book, customer }, body) => {
    const qr = String(body.qr ?? '');
    const typedMinor = typeof body.amountMinor === 'number' ? body.amountMinor : null;
    const transactionId =
      wallet === 'unionpay-qr'
        ? (orderOfCode(unionPay, { qr, typedMinor })?.transactionId ?? '')
        : (/(\d{28})$/.exec(qr)?.[1] ?? '');
    const order = book.phones.scan(customer.id, transactionId);
    if (typeof order === 'string') return { result: order };
    // A test may scan and agree in one go.
    const after = body.pay === true ? book.phones.confirm(customer.id, DEMO_PASSWORD) : order;
    return { result: after === undefined || after === false ? 'not-payable' : after.state };
  });
  on('GET', 'codes', ({ book }) => ({
    codes: book.phones.openCodes().map((order) => ({ ...orderView(order), qr: order.transactionId })),
  }));
  on('PUT', 'switches', (phone, body) => {
    const switches = ['offline', 'insufficient', 'alwaysAsk'].filter((name) => typeof body[name] === 'boolean');
    phone.book.phones.turn(phone.customer, Object.fromEntries(switches.map((name) => [name, body[name]])));
    return view(phone);
  });
  app.get<{ Params: Path }>('/phones/:wallet/:customer/events', (request, reply) => {
    const phone = phoneOf(books, request.params);
    if (phone === undefined) return reply.code(404).send({ code: 'no-such-phone' });
    follow(phone, request, reply, held);
    return reply;
  });
}

interface Phone {
  readonly wallet: WalletId;
  readonly book: WalletBook;
  readonly customer: Customer;
}

function phoneOf(books: Readonly<Record<WalletId, WalletBook>>, path: Path): Phone | undefined {
  const wallet = WALLET_IDS.find((id) => id === path.wallet);
  if (wallet === undefined) return undefined;
  const book = books[wallet];
  const customer = book.customer(path.customer);
  return customer === undefined ? undefined : { wallet, book, customer };
}

function view({ wallet, book, customer }: Phone): PhoneView {
  const { id, name, nameEn, balanceMinor, offline, insufficient, alwaysAsk } = customer;
  const prompt = book.phones.prompt(id);
  return {
    wallet,
    customer: { id, name, nameEn, balanceMinor, offline, insufficient, alwaysAsk },
    prompt:
      prompt === undefined
        ? null
        : { ...orderView(prompt), wantsPassword: prompt.way === 'code' || book.phones.wantsPassword(customer, prompt) },
    history: book.phones.history(id).slice(0, SHOWN_ORDERS).map(orderView),
  };
}

function orderView(order: Order): PhoneOrder {
  const { outTradeNo, description, amountMinor, failure, paidAt, refundedMinor, createdAt } = order;
  // An order that may be scanned again has failed for the one who tried.
  const state = order.state === 'unpaid' && failure !== null ? 'failed' : order.state;
  return { outTradeNo, description, amountMinor, state, failure, paidAt, refundedMinor, createdAt };
}

/** The code, and for UnionPay what its symbol holds in the form of EMVCo. */
function shownCode({ wallet }: Phone, code: PaymentCode): PaymentCode & { readonly consumerCode?: string } {
  return wallet === 'unionpay-qr' ? { ...code, consumerCode: consumerCode(code.code) } : code;
}

/** Server-sent events: `state` with a PhoneView, at once and after each change, and a `ping` in between. */
function follow(phone: Phone, request: FastifyRequest, reply: FastifyReply, held: HeldReplies): void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, SSE_HEADERS);
  const tell = (): void => {
    raw.write(`event: state\ndata: ${JSON.stringify(view(phone))}\n\n`);
  };
  const stop = phone.book.phones.listen((customerId) => {
    if (customerId === phone.customer.id) tell();
  });
  const pings = setInterval(() => raw.write('event: ping\ndata: {}\n\n'), PING_MS);
  held.add(reply);
  request.raw.once('close', () => {
    clearInterval(pings);
    stop();
    held.delete(reply);
  });
  tell();
}
