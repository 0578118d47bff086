import { alipayCertificateSn, alipayRootCertificateSn } from '@zhanggui/wallets';
import { nodeWalletCrypto } from '@zhanggui/wallets/node/crypto.ts';
import { AlipaySdk } from 'alipay-sdk';
import { expect, test } from 'vitest';
import { certifiedKey } from './certificates.ts';

test('certificate serials are those that the official client computes', async () => {
  const { certificate, privateKey } = await certifiedKey('app', new Date());
  const platform = await certifiedKey('platform', new Date());
  const bundle = certificate + platform.certificate;
  const { config } = new AlipaySdk({
    appId: '2021000000000000',
    privateKey: privateKey.replace(/-----[^-]+-----|\s/g, ''),
    keyType: 'PKCS8',
    appCertContent: certificate,
    alipayPublicCertContent: platform.certificate,
    alipayRootCertContent: bundle,
  });
  const crypto = nodeWalletCrypto();
  expect(alipayCertificateSn(crypto, certificate)).toBe(config.appCertSn);
  expect(alipayRootCertificateSn(crypto, bundle)).toBe(config.alipayRootCertSn);
  expect(config.alipayRootCertSn).toContain('_');
});
