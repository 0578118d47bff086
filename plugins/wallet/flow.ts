import { type Bilingual, Fault } from '@zhanggui/base';
import type { MethodEnvironment, PaymentFacts } from '@zhanggui/modules/payments/method.ts';
import { type TObject, type TUnion, Type } from 'typebox';

/**
 * How the customer pays: the cashier scans a code, or the customer acts alone on an order of ours. That is made for one payment
 * and shown as a code, paid by the till's printed code, or paid on a page of ours inside the wallet.
 */
export type WalletFlow = { readonly kind: 'payment-code'; readonly code: string } | AloneFlow;
type AloneFlow =
  | { readonly kind: 'shown-code' }
  | { readonly kind: 'fixed-code' }
  | { readonly kind: 'phone-page'; readonly payer: string; readonly staticCode: boolean };

/** The marks under which `prepare` stores the flows in which the customer acts alone; each may keep times of its own. */
export type OrderFlow = AloneFlow['kind'];

/** Which flows a wallet has, and what it says of their credentials. */
export interface WalletFlows {
  /** What its payment codes look like, in the words of the API's description. */
  readonly code: string;
  readonly longestCode: number;
  /** What a page knows its customer by; absent where there are no such pages. */
  readonly payer?: string;
  /** The till has a printed code whose orders the customer pays. */
  readonly fixedCode?: true;
}

const staticCode = Type.Optional(
  Type.Boolean({ description: 'the page was opened by a printed code, for which payers have lower limits' }),
);
const fixedCode = Type.Optional(
  Type.Boolean({ description: "the till's printed code is scanned; payers have lower limits for it" }),
);

/** What the till sends for a payment by this wallet. */
export function walletCredential(flows: WalletFlows): TUnion<TObject[]> {
  const show = Type.Literal(true, { description: 'a code is wanted that the customer scans' });
  const payer = Type.String({ description: flows.payer ?? '', pattern: '^[\\w-]{1,128}$' });
  return Type.Union([
    Type.Object({ code: Type.String({ description: flows.code, maxLength: flows.longestCode }) }),
    Type.Object({ show, ...(flows.fixedCode === undefined ? {} : { fixedCode }) }),
    ...(flows.payer === undefined ? [] : [Type.Object({ payer, staticCode })]),
  ]);
}

/**
 * The flow that a credential asks for.
 * @throws Fault `credential-refused` naming the part.
 */
export function flowOf(
  credential: unknown,
  wallet: { readonly title: Bilingual; readonly flows: WalletFlows; recognise(scanned: string): boolean },
): WalletFlow {
  const { title, flows } = wallet;
  const { code, show, payer, ...marks } = (credential ?? {}) as Readonly<Record<string, unknown>>;
  if (show === true) return { kind: flows.fixedCode && marks.fixedCode === true ? 'fixed-code' : 'shown-code' };
  if (payer !== undefined && flows.payer !== undefined) {
    if (typeof payer === 'string' && /^[\w-]{1,128}$/.test(payer))
      return { kind: 'phone-page', payer, staticCode: marks.staticCode === true };
    throw refused('payer', { zh: `这不是${title.zh}用户标识`, en: `This is not a customer of ${title.en}.` });
  }
  if (typeof code === 'string' && wallet.recognise(code)) return { kind: 'payment-code', code: code.trim() };
  throw refused('code', { zh: `这不是${title.zh}付款码`, en: `This is not a payment code of ${title.en}.` });
}

/** The flow of a prepared payment whose customer acts alone; null for one whose code the cashier scanned. */
export function orderFlowOf({ channelData: { flow } }: PaymentFacts): OrderFlow | null {
  return flow === 'shown-code' || flow === 'fixed-code' || flow === 'phone-page' ? flow : null;
}

/** Our number of the payment at the channel. */
export function outTradeNoOf({ channelData: { outTradeNo } }: PaymentFacts): string {
  if (typeof outTradeNo !== 'string') throw new Error('the payment was not prepared by this method');
  return outTradeNo;
}

/** Until when the customer may pay an order of ours, in milliseconds since the epoch. */
export function endOf(
  { flowPolicies, policy }: Pick<MethodEnvironment, 'flowPolicies' | 'policy'>,
  payment: PaymentFacts,
  flow: OrderFlow,
): number {
  return payment.createdAt + (flowPolicies[flow] ?? policy).giveUpAfterMs;
}

/** An order stays open at the channel for this long after our own end, in case that we cannot close it. */
const EXPIRES_LATER_MS = 60_000;

/** When the channel itself shall end an order. */
export function expiryOf(
  environment: Pick<MethodEnvironment, 'flowPolicies' | 'policy'>,
  payment: PaymentFacts,
  flow: OrderFlow,
): number {
  return endOf(environment, payment, flow) + EXPIRES_LATER_MS;
}

function refused(part: string, message: Bilingual): Fault {
  return new Fault('credential-refused', { fields: [{ path: `credential.${part}`, message }] });
}
