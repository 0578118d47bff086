import type { TagValues } from '../dol.ts';
import type { DisplayMessage } from './messages.ts';

/** How the cardholder was verified, or is still to be. EMV Book 3 Annex C3; Book A clause 6.2 (CVM of the outcome). */
export type Verification = 'none' | 'online-pin' | 'signature' | 'offline-pin' | 'offline-pin-and-signature' | 'cdcvm';

/** What a transaction has come to, for host, receipt and log. The values hold card data. */
export interface TransactionResult {
  readonly interface: 'contact' | 'contactless';
  readonly aid: Uint8Array;
  /** Application label, in the common character set. */
  readonly label: string | undefined;
  readonly pan: string;
  /** Two digits. */
  readonly panSequenceNumber: string | undefined;
  /** Tag 9F24, which joins card and phone of one account. */
  readonly paymentAccountReference: Uint8Array | undefined;
  /** All data objects of terminal, transaction and card by tag. */
  readonly values: TagValues;
  /** For ISO 8583. */
  readonly field55: Uint8Array;
  readonly tvr: Uint8Array;
  readonly tsi: Uint8Array;
  /** Tag 9F34; undefined where the kernel makes none (qVSDC, qPBOC). */
  readonly cvmResults: Uint8Array | undefined;
  readonly verification: Verification;
  /** Whether the cardholder is to sign. */
  readonly signature: boolean;
  /** Tag 9F5B, UnionPay DF31: five bytes for each script of the issuer. */
  readonly scriptResults: Uint8Array;
}

/** What the issuer is asked with. */
export interface OnlineRequest extends TransactionResult {
  /** Whether the PIN pad's enciphered PIN block goes along: captured already by contact, to be asked for when contactless. */
  readonly pin: 'none' | 'captured' | 'needed';
}

/** Why a transaction ended without a decision. */
export type EndReason =
  | 'cancelled'
  | 'card-removed'
  | 'card-blocked'
  | 'application-blocked'
  | 'no-application'
  | 'card-data-missing'
  | 'card-data-malformed'
  | 'card-error'
  | 'host-data-malformed'
  | 'not-allowed'
  | 'limit-exceeded';

/** Why the card is wanted again, or another way to read it. */
export type RetryReason = 'several-cards' | 'card-removed' | 'see-phone' | 'card-error' | 'torn';

/** The end of a kernel's work, with what the display says. EMV Book 4 clause 11; Book A clause 6. */
export type KernelOutcome = (
  | { readonly outcome: 'approved-offline'; readonly result: TransactionResult }
  | { readonly outcome: 'declined-offline'; readonly result: TransactionResult }
  /** Contactless: the card is no longer needed, the issuer decides. */
  | { readonly outcome: 'online-request'; readonly request: OnlineRequest }
  | { readonly outcome: 'approved-online'; readonly result: TransactionResult }
  /** `reversal`: the issuer had approved, and must be told that nothing came of it. */
  | { readonly outcome: 'declined-online'; readonly result: TransactionResult; readonly reversal: boolean }
  | { readonly outcome: 'try-another-interface'; readonly interfaces: readonly ('contact' | 'stripe')[] }
  | { readonly outcome: 'try-again'; readonly reason: RetryReason }
  | {
      readonly outcome: 'end-application';
      readonly reason: EndReason;
      /** Code of the broken rule, where a rule was broken. */
      readonly detail: string | undefined;
      /** As for `declined-online`. */
      readonly reversal: boolean;
    }
) & { readonly message: DisplayMessage };
