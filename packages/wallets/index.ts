export * from './alipay-answer.ts';
export * from './alipay-cipher.ts';
export * from './alipay-signature.ts';
export type { CertificateFacts, SignatureHash, WalletCrypto } from './wallet-crypto.ts';
export { WalletRefusal } from './wallet-refusal.ts';
export * from './wechat-cipher.ts';
export * from './wechat-signature.ts';
