export { type BatchSlip, type BatchTotal, batchSlip } from './batch-slip.ts';
export { type CardSlip, type CardSlipOptions, cardSlip } from './card-slip.ts';
export {
  type Alignment,
  type Bitmap,
  type Block,
  PAPER,
  type PaperWidth,
  type ReceiptDocument,
  type TextStyle,
} from './document.ts';
export { drawerKick, type EscPosOptions, toEscPos } from './escpos.ts';
export { type PrinterAction, readEscPos } from './escpos-reader.ts';
export { createGb18030Encoder, type Gb18030Decoder, type Gb18030Encoder } from './gb18030.ts';
export { type SaleReceipt, type SaleReceiptOptions, saleReceipt } from './sale-receipt.ts';
export { toSvg } from './svg.ts';
export { toText } from './text.ts';
export type { ReceiptLanguage } from './words.ts';
