import type { Currency } from '@zhanggui/base';

/** What an account holds, as its issuer tells it. */
export interface AccountBalance {
  /** Never negative; `sign` tells which side it stands on. */
  readonly amountMinor: number;
  readonly currency: Currency;
  readonly sign: 'credit' | 'debit';
}

/** What issuer, network and acquirer tell people in an answer (fields 44 and 63); null where they tell nothing. */
export interface AnswerTexts {
  readonly issuerCode: string | null;
  readonly acquirerCode: string | null;
  readonly issuer: string | null;
  readonly network: string | null;
  readonly acquirer: string | null;
  /** What the terminal is to print or show. */
  readonly terminal: string | null;
}

/** What a slip prints of a chip's answer, hexadecimal. */
export interface ChipProof {
  /** Tag 9F26 where the chip has approved (TC); null where it has only asked. */
  readonly certificate: string | null;
  /** Tag 95. */
  readonly verificationResults: string | null;
}
