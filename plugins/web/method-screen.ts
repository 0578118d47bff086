import type { Bilingual, Currency } from '@zhanggui/base';
import type { JsonObject, PaymentView } from '@zhanggui/modules/payments/api.ts';
import type { ApiClient } from '@zhanggui/ui/api-client.ts';
import type { IconName } from '@zhanggui/ui/icon.tsx';
import type { ComponentType } from 'react';

/** What a way to pay brings to the till's screens. Its titles come from the server, with the list of methods on offer. */
export interface MethodScreen {
  readonly id: string;
  readonly icon: IconName;
  /** Who is asked for the money, where that is not what the method is called: the bank, for cards. */
  readonly asked?: Bilingual;
  /** Wallets (as `@zhanggui/qr` names them) whose payment codes this method takes. */
  readonly wallets?: readonly string[];
  /** What takes the money on the payment screen. */
  readonly Panel: ComponentType<TenderPanelProps>;
  /** Ways to take all that is due with one tap on the sale screen itself. */
  readonly QuickTender?: ComponentType<QuickTenderProps>;
  /** The credential of a scanned payment code. */
  readonly ofScan?: (code: string) => JsonObject;
  /** The credential that asks for a code which the customer scans (C-scan-B); absent where the channel has none. */
  readonly shownCode?: JsonObject;
  /** The credential that completes a pre-authorization; absent where money cannot be reserved. */
  readonly ofHold?: (preAuthorizationId: string) => JsonObject;
  /** The credential of an amount that was typed on the sale screen, or undefined when it does not cover what is due. */
  readonly ofTypedAmount?: (typedMinor: number, dueMinor: number) => JsonObject | undefined;
  /**
   * Hears of each change of this till's payments by this method, each perhaps more than once, and does what follows at the till's devices: the
   * issuer's answer goes to the chip, and its last word to the gateway. Resolves with the payment where that has changed it.
   */
  readonly onPayment?: (payment: PaymentView, around: PaymentSurroundings) => Promise<PaymentView | undefined>;
}

/** What a method may use of the till when a payment changes. */
export interface PaymentSurroundings {
  readonly api: ApiClient;
  readonly cardReader: CardReader;
  readonly sleep: (durationMs: number) => Promise<void>;
}

export interface TenderPanelProps {
  readonly tillId: string;
  /** What this payment takes; never more than is due. */
  readonly amountMinor: number;
  readonly currency: Currency;
  /** A payment is under way: the panel takes no second one. */
  readonly busy: boolean;
  readonly rounding: RoundingControl;
  readonly cardReader: CardReader;
  /** What the instrument is read for; a sale unless told. */
  readonly purpose?: ReadPurpose;
  readonly submit: (credential: JsonObject, amountMinor: number) => void;
}

/** What a card is read for. */
export type ReadPurpose = 'sale' | 'pre-authorization' | 'balance';

/** The card reader that the till uses: a virtual one beside the server, or that of the terminal's agent. */
export interface CardReader {
  readonly kind: 'virtual' | 'agent';
  /** Reaches the reader; requests to an agent are signed. */
  readonly client: ApiClient;
  /** What stands before `/requests` in the reader's protocol: `/readers/till_1`. */
  readonly base: string;
}

/** 抹零: what the shop forgoes of the small change. */
export interface RoundingControl {
  readonly minor: number;
  readonly mayChange: boolean;
  /** What would be due without it. */
  readonly fullMinor: number;
  readonly choose: (minor: number) => void;
}

export interface QuickTenderProps {
  readonly dueMinor: number;
  readonly currency: Currency;
  /** What the cashier has typed so far, such as `100`. */
  readonly typed: string;
  readonly submit: (credential: JsonObject, amountMinor: number) => void;
}
