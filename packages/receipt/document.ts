/** A picture of one bit a dot, rows from the top, each padded to whole bytes, the highest bit left; 1 is ink. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  /** `ceil(width / 8) × height` bytes. */
  readonly dots: Uint8Array;
}

export type Alignment = 'left' | 'center' | 'right';

/** How text stands out. `double` is twice as wide and twice as high. */
export interface TextStyle {
  readonly bold?: boolean;
  readonly double?: boolean;
}

/** A part of what is printed, from the top to the bottom. */
export type Block =
  | { readonly kind: 'text'; readonly text: string; readonly align?: Alignment; readonly style?: TextStyle }
  /** A name at the left and a value at the right; the value goes to a line of its own where both do not fit. */
  | { readonly kind: 'pair'; readonly left: string; readonly right: string; readonly style?: TextStyle }
  | { readonly kind: 'rule' }
  | { readonly kind: 'space'; readonly lines: number }
  | { readonly kind: 'qr'; readonly content: string }
  | { readonly kind: 'image'; readonly bitmap: Bitmap }
  /** Ends a piece of paper: the printer cuts here. */
  | { readonly kind: 'cut' };

/** What is to be printed, on paper of any width. */
export type ReceiptDocument = readonly Block[];

/** Paper by its name in millimetres, with the columns of the printer's 12×24 font. */
export const PAPER = {
  58: { columns: 32, dots: 384 },
  80: { columns: 48, dots: 576 },
} as const;

export type PaperWidth = keyof typeof PAPER;
