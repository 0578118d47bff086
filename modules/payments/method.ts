import type { Bilingual, Clock, Currency, HttpPort, Rng } from '@zhanggui/base';
import type { WalletCrypto } from '@zhanggui/wallets';
import type { TSchema } from 'typebox';
import type { ChannelConfig } from '../merchants/api.ts';
import type { Exchange } from '../switch/api.ts';
import type { JsonObject } from './api.ts';
import type { Advice, Decline, Evidence } from './outcome.ts';

export type { Advice, Decline, Evidence };

/**
 * The port behind which every way to pay stands. `payments/authorize` and `payments/resolve` know nothing but this:
 * write the intent, call the method, write the outcome.
 */
export interface PaymentMethod {
  /**
   * Checks the credential and reserves what the request needs (a trace number, an order number), before the intent is
   * written. What it returns is stored with the intent, so it holds all that a later inquiry or reversal wants, and
   * nothing that must not be stored in clear.
   * @throws Fault `credential-refused` naming the field.
   */
  prepare(payment: PaymentDraft, credential: unknown): Promise<PreparedPayment>;
  /** Asks the issuer or wallet. Never throws for what the outside world did: that is an outcome. */
  authorize(payment: PaymentFacts, credential: unknown): Promise<Outcome>;
  /** Asks what became of an earlier request. Absent where the channel has no such question (cards). */
  inquire?(payment: PaymentFacts): Promise<Outcome>;
  /** Undoes the payment whatever became of it; repeated until the answer is definite. Absent for local methods. */
  cancel?(payment: PaymentFacts): Promise<CancelOutcome>;
  /** Returns money of a succeeded payment by the original route; idempotent by `refund.id`. */
  refund(refund: RefundFacts, payment: PaymentFacts): Promise<Outcome>;
  /** Asks what became of a refund. Where it is absent an unknown refund is sent again with the same number. */
  inquireRefund?(refund: RefundFacts, payment: PaymentFacts): Promise<Outcome>;
}

/** One extension: what is known of a way to pay before anything runs, and how to make it run. */
export interface MethodPlugin {
  /** Kebab-case id, also the last part of its ledger account: `cash`, `card`, `wechat`, `alipay`. */
  readonly id: string;
  readonly title: Bilingual;
  /** Where the money is after success: in the till's drawer, or owed by the channel. */
  readonly holds: 'drawer' | 'channel';
  /** TypeBox schema of `credential` in a tender request; it appears in the OpenAPI document. */
  readonly credential: TSchema;
  readonly policy: MethodPolicy;
  /** Whether a scanned text is this method's payment code (RULES 3.1). Strings only. */
  recognise?(scanned: string): boolean;
  create(environment: MethodEnvironment): PaymentMethod;
}

/** When a payment of this method is asked about and given up: RULES 3.3, as data. */
export interface MethodPolicy {
  /** The outcome is known at once and here: intent and outcome are one write. */
  readonly local: boolean;
  /** Longest time `authorize` may take before it answers `unknown`. */
  readonly authorizeTimeoutMs: number;
  /** Delay from the request to the first inquiry. */
  readonly firstInquiryMs: number;
  /** Delay between inquiries, and between repetitions of a cancellation that got no answer. */
  readonly intervalMs: number;
  /** Age at which a payment without a definite outcome is cancelled. */
  readonly giveUpAfterMs: number;
  /** Age before which the channel does not accept a cancellation. */
  readonly minimumBeforeCancelMs: number;
  /** After a definite cancellation, delay of the one inquiry that finds a late approval; `null` where the channel tells by itself. */
  readonly confirmAfterCancelMs: number | null;
}

/** What a method may use of the world. Ports only, so that a method runs on virtual time in the simulation. */
export interface MethodEnvironment {
  /** The times to keep: the plugin's own, or shorter ones where the outside is simulated. */
  readonly policy: MethodPolicy;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly http: HttpPort;
  /** RSA and AES as wallets use them. */
  readonly walletCrypto: WalletCrypto;
  /** The merchant's account with a channel; throws Fault `channel-not-configured`. */
  channelConfig(merchantId: string, methodId: string): Promise<ChannelConfig>;
  /** The way to card institutions. */
  readonly exchange: Exchange;
}

/** A payment before its intent is written. */
export interface PaymentDraft {
  readonly id: string;
  readonly merchantId: string;
  readonly storeId: string;
  readonly tillId: string;
  readonly saleId: string;
  readonly amountMinor: number;
  readonly currency: Currency;
  /** What the customer's own statement shows, such as the shop's name. */
  readonly subject: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** A payment whose intent is written. */
export interface PaymentFacts extends PaymentDraft {
  /** What `prepare` and later outcomes stored for this method alone. */
  readonly channelData: JsonObject;
}

/** A refund whose intent is written. */
export interface RefundFacts {
  readonly id: string;
  readonly paymentId: string;
  readonly amountMinor: number;
  readonly currency: Currency;
  readonly reason: string;
  readonly createdAt: number;
  readonly channelData: JsonObject;
}

/** What `prepare` hands to the intent. */
export interface PreparedPayment {
  readonly channelData: JsonObject;
  /** What screens and receipts may show of the instrument: `•••• 4821`. */
  readonly maskedInstrument: string | null;
  /** Change to hand back, for cash. */
  readonly changeMinor?: number;
}

interface OutcomeBase {
  /** Merged over the stored channel data. */
  readonly channelData?: JsonObject;
  readonly evidence?: readonly Evidence[];
}

/** What became of a request; the union is exhaustive and a time-out is `unknown`, never `declined`. */
export type Outcome =
  | (OutcomeBase & {
      readonly kind: 'approved';
      /** The channel's own number: RRN, transaction_id, trade_no. */
      readonly channelReference: string;
    })
  | (OutcomeBase & { readonly kind: 'declined'; readonly decline: Decline })
  | (OutcomeBase & { readonly kind: 'pending'; readonly waitingFor: WaitingFor })
  | (OutcomeBase & { readonly kind: 'unknown'; readonly cause: string });

/** Whom a pending payment waits for. */
export type WaitingFor = 'customer-password' | 'channel';

/** What became of a cancellation. */
export type CancelOutcome =
  | (OutcomeBase & { readonly kind: 'cancelled'; readonly moneyHadMoved: boolean })
  /** The payment had succeeded and stands (a local method, or a channel that refuses to cancel). */
  | (OutcomeBase & { readonly kind: 'approved'; readonly channelReference: string })
  /** No definite answer; cancel again. */
  | (OutcomeBase & { readonly kind: 'unknown'; readonly cause: string });
