import type { Bilingual, Clock, Currency, HttpPort, Rng } from '@zhanggui/base';
import type { WalletCrypto } from '@zhanggui/wallets';
import type { TSchema } from 'typebox';
import type { ChannelConfig } from '../merchants/api.ts';
import type { BatchRecord, Exchange } from '../switch/api.ts';
import type { CardSlip, Handover, JsonObject, PaymentPurpose, WaitingFor } from './api.ts';
import type { BillProgress, BillReading } from './bill.ts';
import type { Advice, Decline, Evidence } from './outcome.ts';

export type { Advice, BillProgress, BillReading, CardSlip, Decline, Evidence, Handover, WaitingFor };

/**
 * The port behind which every way to pay stands. `payments/authorize` and `payments/resolve` know nothing but this:
 * write the intent, call the method, write the outcome.
 */
export interface PaymentMethod {
  /**
   * Checks the credential and reserves what the request needs (a trace number, an order number), before the intent is
   * written. What it returns is stored with the intent, so it holds all that a later inquiry or reversal wants, and
   * nothing that must not be stored in clear. `hold` is the pre-authorization that the payment completes, if it does.
   * @throws Fault `credential-refused` naming the field.
   */
  prepare(payment: PaymentDraft, credential: unknown, hold?: PaymentFacts): Promise<PreparedPayment>;
  /** Asks the issuer or wallet. Never throws for what the outside world did: that is an outcome. */
  authorize(payment: PaymentFacts, credential: unknown): Promise<Outcome>;
  /**
   * Takes a pending payment further with what it waited for from the till's side, such as the chip's last word after the
   * issuer's answer. Repeated input changes nothing. Absent where a payment waits for the outside only.
   * @throws Fault `credential-refused` naming the field.
   */
  advance?(payment: PaymentFacts, input: unknown): Promise<AdvanceOutcome>;
  /**
   * Reads a message that the channel sent by itself, once its signature over the raw body is verified. It changes
   * nothing: the platform records the outcome and sends `answer` when that is durable.
   */
  notified?(notification: Notification, known: KnownPayments): Promise<NotificationReading>;
  /** Fetches the channel's bill of one business day in Beijing (`YYYY-MM-DD`). Absent where the channel has none. */
  bill?(merchantId: string, date: string, progress: (progress: BillProgress) => void): Promise<BillReading>;
  /** Asks what became of an earlier request. Absent where the channel has no such question (cards). */
  inquire?(payment: PaymentFacts): Promise<Outcome>;
  /** Asks what became of an approval that was given without the issuer. Present where there are such approvals. */
  confirm?(payment: PaymentFacts): Promise<Confirmation>;
  /**
   * Prepares a tip that the customer wrote when signing: what it returns is stored with the payment, and `confirm` then
   * tells the channel and asks until it has it. Absent where nothing can be added.
   * @throws Fault `tip-not-allowed`, `tip-too-large`, `tip-too-late`.
   */
  prepareTip?(payment: PaymentFacts, tipMinor: number): Promise<JsonObject>;
  /** Sends the customer's drawn signature on, durably; repeated calls change nothing. Absent where nobody wants it. */
  keepSignature?(payment: PaymentFacts, signature: BoundSignature): Promise<void>;
  /** Asks what the customer's account holds. Absent where nobody tells. @throws Fault `credential-refused`. */
  balance?(tillId: string, credential: unknown): Promise<BalanceOutcome>;
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
  /** What a merchant's account with the channel consists of; absent where there is no channel. */
  readonly channel?: ChannelDescription;
  /** Present where it can reserve money that a later payment takes. */
  readonly preAuthorizes?: true;
  /**
   * Other times for payments that `prepare` marked with `channelData.flow`: a code that the customer scans waits longer
   * than one that the cashier scanned. A flow that is not listed keeps `policy`. Where the channel itself has told how long
   * its answer is to be waited for, `prepare` leaves `channelData.answerTimeoutMs`, and the payment's times follow it.
   */
  readonly flowPolicies?: Readonly<Record<string, MethodPolicy>>;
  /** Whether a scanned text is this method's payment code. Strings only. */
  recognise?(scanned: string): boolean;
  /** What a slip prints of a payment beyond the receipt; absent where there is nothing. Pure. */
  slipOf?(payment: PaymentFacts): CardSlip;
  /** The payment, or one of its refunds, as the batch of its terminal counts it; null where it does not. Pure. */
  batchRecordOf?(payment: PaymentFacts, refund: RefundFacts | null): BatchRecord | null;
  create(environment: MethodEnvironment): PaymentMethod;
}

/** A merchant's account with a channel, as people enter it and try it. */
export interface ChannelDescription {
  readonly settings: readonly ChannelSetting[];
  /** Asks the channel something that changes nothing, signed with this account. Never throws for what the outside did. */
  test(environment: MethodEnvironment, config: ChannelConfig): Promise<ChannelTest>;
}

/** One value of an account. */
export interface ChannelSetting {
  /** Its name in the settings or, for a secret, in the secrets. */
  readonly name: string;
  readonly title: Bilingual;
  readonly hint?: Bilingual;
  /** A secret is never shown again; `pem` and `secret-pem` have several lines. */
  readonly kind: 'text' | 'url' | 'pem' | 'secret' | 'secret-pem';
  readonly required: boolean;
  /** There may be several: after `name` and a dot comes what these words ask for, such as the serial number of a key. */
  readonly each?: Bilingual;
}

/** What came of trying an account. Passed: the channel took our signature, and its answer was genuine. */
export interface ChannelTest {
  readonly outcome: 'passed' | 'key-unusable' | 'unreachable' | 'answer-not-believed' | 'refused';
  /** The channel's own code, or the cause in a word; never a secret. */
  readonly detail: string;
}

/** When a payment of this method is asked about and given up, as data. */
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
  readonly flowPolicies: Readonly<Record<string, MethodPolicy>>;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly http: HttpPort;
  /** RSA, AES and the SM ciphers as wallets use them. */
  readonly walletCrypto: WalletCrypto;
  /** Opens the compressed files in which channels hand out their bills. */
  readonly archives: Archives;
  /** The merchant's account with a channel; throws Fault `channel-not-configured`. */
  channelConfig(merchantId: string, methodId: string): Promise<ChannelConfig>;
  /** The way to card institutions. */
  readonly exchange: Exchange;
  /** Where the channel sends its notifications of this merchant; null where the server has no public address. */
  notificationUrl(merchantId: string, methodId: string): string | null;
  /** What institutions must be told of the device at a till; null for a till without a registered one. */
  deviceOf(tillId: string): Promise<AcceptanceDevice | null>;
}

/** A barcode or card terminal as institutions know it: `terminal_info` of PBoC Yinfa [2021] 259. */
export interface AcceptanceDevice {
  /** `01` to `11`; 10 a barcode terminal, 11 an auxiliary device. */
  readonly deviceType: string;
  readonly serialNumber: string;
  readonly networkLicense: string | null;
  /** Eight characters, padded with blanks on the right. */
  readonly appVersion: string;
  /** WGS-84 latitude and longitude, such as `+30.66/+104.06`. */
  readonly location: string;
  readonly ip: string;
}

/** A message that a channel sent by itself, as it arrived. */
export interface Notification {
  readonly merchantId: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body byte for byte; signatures are over this and nothing else. */
  readonly rawBody: string;
}

/** The merchant's own payments and refunds, against which a notification is held; another merchant's are not known. */
export interface KnownPayments {
  payment(id: string): Promise<PaymentFacts | undefined>;
  refund(id: string): Promise<{ readonly refund: RefundFacts; readonly payment: PaymentFacts } | undefined>;
}

/** The port for compressed files. */
export interface Archives {
  /** The content of a gzip file (RFC 1952); null when it is damaged or holds more than `mostBytes`. */
  gunzip(bytes: Uint8Array, mostBytes: number): Promise<Uint8Array | null>;
  /** The content of a zlib stream (RFC 1950); null when it is damaged or holds more than `mostBytes`. */
  inflate(bytes: Uint8Array, mostBytes: number): Promise<Uint8Array | null>;
  /**
   * The files of a zip file, their names in UTF-8 where it says so and in GBK else; null when it is damaged, encrypted, or
   * holds more than `mostBytes` in all.
   */
  unzip(bytes: Uint8Array, mostBytes: number): Promise<readonly ArchivedFile[] | null>;
  /** Text in GBK, as GB 18030 reads it; null when the bytes are none. */
  gbk(bytes: Uint8Array): string | null;
}

/** One file of an archive, unpacked. */
export interface ArchivedFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** What a notification says. `answer` goes back to the channel after the outcome is written. */
export type NotificationReading =
  | { readonly kind: 'payment'; readonly paymentId: string; readonly outcome: Outcome; readonly answer: RawAnswer }
  | { readonly kind: 'refund'; readonly refundId: string; readonly outcome: Outcome; readonly answer: RawAnswer }
  /** Signed by nobody we know, too old, or of another merchant: nothing of it is believed. */
  | { readonly kind: 'refused'; readonly cause: string; readonly answer: RawAnswer }
  /** Genuine, and of nothing that concerns a payment here. */
  | { readonly kind: 'ignored'; readonly cause: string; readonly answer: RawAnswer };

/** An answer in the channel's own form. */
export interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** A payment before its intent is written. */
export interface PaymentDraft {
  readonly id: string;
  readonly merchantId: string;
  readonly storeId: string;
  readonly tillId: string;
  readonly saleId: string;
  readonly purpose: PaymentPurpose;
  /** The pre-authorization that this payment completes; null for any other. */
  readonly completes: string | null;
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
  /**
   * What `authorize` is called with in the credential's place, such as a card that was opened: it stays in memory and is
   * written nowhere.
   */
  readonly instrument?: unknown;
  /** What screens and receipts may show of the instrument: `•••• 4821`. */
  readonly maskedInstrument: string | null;
  /** Change to hand back, for cash. */
  readonly changeMinor?: number;
  /** Until when a pre-authorization reserves the money, in milliseconds since the epoch. */
  readonly expiresAt?: number;
  readonly batch?: BatchPlace;
}

/** The batch of a terminal that a request belongs to, until the terminal closes it with its acquirer. */
export interface BatchPlace {
  /** Names the terminal among all acquirers: `acquirerId/terminalId`. */
  readonly terminal: string;
  readonly number: string;
}

/** A drawn signature, bound to its payment. */
export interface BoundSignature {
  /** As `signature.ts` writes them. */
  readonly strokes: Uint8Array;
  /** SHA-256 over payment id, amount, trace and strokes. */
  readonly digest: Uint8Array;
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
      /** Approved without the issuer: `confirm` is called until he has accepted or refused it. */
      readonly provisional?: true;
      /** The card wants the customer's signature. */
      readonly signatureWanted?: true;
      /** Of a refund: the batch that it belongs to. */
      readonly batch?: BatchPlace;
      /** Of a refund: the completion was taken back as if it had never been, so its pre-authorization stands again. */
      readonly restoresHold?: true;
    })
  | (OutcomeBase & { readonly kind: 'declined'; readonly decline: Decline })
  | (OutcomeBase & { readonly kind: 'pending'; readonly waitingFor: WaitingFor; readonly handover?: Handover })
  | (OutcomeBase & { readonly kind: 'unknown'; readonly cause: string });

/** What became of a payment that was taken further by the till. */
export type AdvanceOutcome =
  | Outcome
  /** The outside approved, and it must be undone at once: the chip refused, or the card was pulled out. */
  | (OutcomeBase & { readonly kind: 'undo'; readonly cause: string; readonly decline: Decline });

/** What became of a cancellation. */
export type CancelOutcome =
  | (OutcomeBase & { readonly kind: 'cancelled'; readonly moneyHadMoved: boolean })
  /** The payment had succeeded and stands (a local method, or a channel that refuses to cancel). */
  | (OutcomeBase & { readonly kind: 'approved'; readonly channelReference: string; readonly provisional?: true })
  /** It had been declined before: there is nothing to undo. */
  | (OutcomeBase & { readonly kind: 'declined'; readonly decline: Decline })
  /** No definite answer; cancel again. */
  | (OutcomeBase & { readonly kind: 'unknown'; readonly cause: string });

/** What became of an approval that was given without the issuer. */
export type Confirmation =
  | (OutcomeBase & { readonly kind: 'accepted'; readonly channelReference?: string })
  /** It has not reached him yet, or he has not answered. */
  | (OutcomeBase & { readonly kind: 'waiting' })
  /** He does not pay: the loss is the merchant's. */
  | (OutcomeBase & { readonly kind: 'refused'; readonly decline: Decline })
  /** The payment stands, and its tip does not. */
  | (OutcomeBase & { readonly kind: 'tip-refused'; readonly decline: Decline });

/** What an account holds, or why nobody tells. */
export interface BalanceOutcome {
  readonly maskedInstrument: string;
  /** Negative where the account owes. */
  readonly balance: { readonly amountMinor: number; readonly currency: string } | null;
  readonly decline: Decline | null;
}
