export type { TlvItem, TlvObject } from './ber-tlv.ts';
export { walletOfConsumerCode } from './consumer-issuer.ts';
export { crc16CcittFalse, crcOfText } from './crc.ts';
export {
  type ConsumerCode,
  type ConsumerOptions,
  decodeConsumerPresented,
  encodeConsumerPresented,
} from './emvco-consumer.ts';
export { findField, type MerchantField, openTemplate } from './emvco-fields.ts';
export {
  decodeMerchantPresented,
  encodeMerchantPresented,
  type MerchantCode,
  type MerchantItem,
  type MerchantOptions,
} from './emvco-merchant.ts';
export * from './merchant-summary.ts';
export * from './payment-code.ts';
export { QrError } from './qr-error.ts';
