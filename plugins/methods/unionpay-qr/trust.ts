import type { MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import { type FormFields, pemCertificates } from '@zhanggui/wallets';
import { standsUnder } from '../../wallet/certificate-chain.ts';
import type { UnionPayAccount } from './account.ts';

/** How UnionPay's signing certificates are named: in production, and in its test environment. */
const UNIONPAY = ['中国银联股份有限公司', '00040000:SIGN'];

/**
 * The certificate with which UnionPay signed a message, if the account believes it: one that it holds by serial number, or
 * one that the message brings (`signPubKeyCert`, version 5.1.0), is valid now, bears UnionPay's name and stands under the
 * account's roots. So a certificate that follows another needs no change of the account.
 * @throws WalletRefusal `not-a-certificate`.
 */
export function trustedCertificate(
  { walletCrypto, clock }: Pick<MethodEnvironment, 'walletCrypto' | 'clock'>,
  { certificates, roots }: UnionPayAccount,
  { certId = '', signPubKeyCert }: FormFields,
): string | undefined {
  if (signPubKeyCert === undefined) return certificates.get(certId);
  const { serialNumber, subject, publicKey } = walletCrypto.certificate(signPubKeyCert);
  const held = certificates.get(BigInt(`0x${serialNumber}`).toString());
  if (held !== undefined) return walletCrypto.certificate(held).publicKey === publicKey ? held : undefined;
  const isValid = (certificate: string): boolean => {
    const { validFrom, validTo } = walletCrypto.certificate(certificate);
    return validFrom <= clock.now() && clock.now() <= validTo;
  };
  const name = subject.find(([attribute]) => attribute === 'CN')?.[1] ?? '';
  const chain = pemCertificates(roots ?? '').filter(isValid);
  const anchors = chain.filter((certificate) => walletCrypto.isIssuedBy(certificate, certificate));
  return UNIONPAY.includes(name.split('@')[2] ?? '') &&
    isValid(signPubKeyCert) &&
    standsUnder(walletCrypto, signPubKeyCert, chain, anchors)
    ? signPubKeyCert
    : undefined;
}
