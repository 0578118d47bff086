import type { Bilingual, Currency } from '@zhanggui/base';
import type { StripePolicy, TerminalSettings } from '@zhanggui/emv';
import type { ReaderKind } from './ports.ts';

/** What a terminal is configured with. */
export interface ReaderSettings {
  readonly emv: TerminalSettings;
  readonly stripe: StripePolicy;
  /** Readers that are there. */
  readonly readers: readonly ReaderKind[];
  /** Format of the PIN block for the issuer, under an AES DUKPT key. ISO 9564-1. */
  readonly pinBlockFormat: 0 | 4;
}

/** What the till wants a card for. */
export type ReadPurpose = 'sale' | 'pre-authorization' | 'refund' | 'void' | 'balance';

/** A till's request for a card. */
export interface ReadRequest {
  readonly purpose: ReadPurpose;
  /** 0 for a balance inquiry only. */
  readonly amountMinor: number;
  readonly currency: Currency;
  readonly language: 'zh' | 'en';
}

/** How the card was read; `fallback` is the stripe of a chip card whose chip did not work. */
export type EntryMode = 'swipe' | 'chip' | 'contactless' | 'fallback';

/**
 * A card under keys that the till does not have. `sealed` is the `CardRecord` as UTF-8 JSON, padded with 80 and zeros, AES-CBC with a zero
 * vector under the DUKPT data key; `mac` a CMAC over readerId, ksn, entryMode, sealed and pinBlock (empty if none), one a line. Hexadecimal.
 */
export interface SealedCard {
  readonly readerId: string;
  /** 12 bytes. */
  readonly ksn: string;
  readonly sealed: string;
  readonly mac: string;
  /** Under the DUKPT PIN key of the same KSN. */
  readonly pinBlock?: string;
  readonly entryMode: EntryMode;
}

/** What a sealed card holds. */
export interface CardRecord {
  readonly pan: string;
  /** `YYMM`. */
  readonly expiry?: string;
  /** Three digits, ISO 8583 field 23. */
  readonly sequence?: string;
  /** With `D` as separator. */
  readonly track2?: string;
  /** Field 55, hexadecimal. */
  readonly chip?: string;
  readonly cvm?: CardholderVerification;
  /** The card has approved by itself. */
  readonly offline?: 'Y1';
  /** Payment account reference, 29 characters. */
  readonly par?: string;
  /** Hexadecimal. */
  readonly aid?: string;
  readonly label?: string;
  readonly device?: 'card' | 'phone';
}

/** How the cardholder was, or is still to be, verified. `device`: by the phone itself. */
export type CardholderVerification = 'none' | 'online-pin' | 'offline-pin' | 'signature' | 'device';

/** A card as the till may see it. */
export interface PresentedCard {
  readonly credential: SealedCard;
  /** `•••• 4821`. */
  readonly maskedPan: string;
  /** `unionpay`, `visa`, `mastercard`, `amex`, `jcb` or `unknown`. */
  readonly scheme: string;
  readonly entryMode: EntryMode;
  /** Application label; empty for a stripe. */
  readonly label: string;
  /** Hexadecimal; empty for a stripe. */
  readonly aid: string;
  readonly device: 'card' | 'phone';
  /** Whether the payment account reference is known. */
  readonly par: boolean;
  readonly cvm: CardholderVerification;
  readonly offline: 'Y1' | null;
  /** A contact chip waits for the issuer's answer and must stay in. */
  readonly concludes: boolean;
}

/** What the issuer said, or that nobody could ask it. */
export interface IssuerAnswer {
  readonly decision: 'approve' | 'decline' | 'unable-to-go-online';
  /** Two characters for tag 8A; empty without an answer. */
  readonly responseCode: string;
  /** Field 55 of the answer (91, 71, 72, 8A), hexadecimal; may be empty. */
  readonly data: string;
}

/** The chip's last word, sealed like a card: the record is a `CompletionRecord`, the CMAC's fifth line is empty. */
export interface SealedCompletion {
  readonly readerId: string;
  readonly ksn: string;
  readonly sealed: string;
  readonly mac: string;
  readonly entryMode: 'chip';
}

/** `removed`: the card was pulled out, or the till went away, before the chip had spoken. */
export type Conclusion = 'approved' | 'declined' | 'removed';

/** What a sealed completion holds. */
export interface CompletionRecord {
  readonly result: Conclusion;
  /** Decided without the issuer: Y3 approved, Z3 declined. EMV Book 4 Annex A6. */
  readonly arc?: 'Y3' | 'Z3';
  /** Field 55 with the second cryptogram, hexadecimal. */
  readonly chip?: string;
  /** Five bytes for each script, hexadecimal (9F5B, UnionPay DF31). */
  readonly scriptResults?: string;
  readonly signature?: boolean;
}

/** What a read has come to so far. */
export type ReadState =
  | {
      readonly state: 'waiting';
      readonly prompt: Bilingual;
      /** `card`: something is to be shown to one of `readers`. `reading`: it must not be taken away. */
      readonly step: 'card' | 'reading' | 'application' | 'pin';
      readonly readers: readonly ReaderKind[];
      /** Applications of the card, or yes and no; answered with `choose`. */
      readonly choices?: readonly Choice[];
    }
  | { readonly state: 'presented'; readonly card: PresentedCard; readonly prompt: Bilingual }
  | {
      readonly state: 'concluded';
      /** Null where the card was not waited for. */
      readonly completion: SealedCompletion | null;
      readonly outcome: Conclusion;
      readonly signature: boolean;
      readonly prompt: Bilingual;
    }
  /** `again`: another try with this or another card may do. */
  | { readonly state: 'failed'; readonly prompt: Bilingual; readonly again: boolean }
  | { readonly state: 'cancelled' };

/** A state with its number, which grows with each change. */
export type ReadResult = ReadState & { readonly version: number };

/** One thing that the cardholder can choose. */
export interface Choice {
  readonly id: string;
  readonly label: string;
}
