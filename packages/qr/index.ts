export * from './payment-code.ts';
export { QrError } from './qr-error.ts';
