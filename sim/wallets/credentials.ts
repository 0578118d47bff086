import type { AlipayKeys } from './alipay/keys.ts';
import { certIdOf } from './certificates.ts';
import type { WalletKeys } from './keys.ts';

/** How one wallet is reached: what a channel configuration of the platform holds, and what other clients ask for. */
interface WalletCredentials {
  readonly settings: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Test-only credentials of the simulated wallets. */
export interface Credentials {
  readonly wechat: WalletCredentials & {
    readonly merchantCertificatePem: string;
    readonly platformCertificatePem: string;
    readonly platformSerial: string;
    readonly publicKeyId: string;
    readonly publicKeyPem: string;
    /** The same shop through a service provider. */
    readonly partner: WalletCredentials;
    /** The same shop with SM2 keys. */
    readonly sm2: WalletCredentials;
  };
  readonly alipay: WalletCredentials & {
    readonly sellerId: string;
    readonly appPublicKeyPem: string;
    readonly aesKey: string;
    /** The same shop with certificates and encrypted content. */
    readonly certificates: WalletCredentials;
    /** The same shop through a service provider. */
    readonly isv: WalletCredentials;
  };
  readonly 'unionpay-qr': WalletCredentials & { readonly merchantCertificatePem: string };
  readonly ecny: WalletCredentials & { readonly merchantPublicKeyPem: string };
}

/** Credentials for clients of the wallets below `base` (`http://127.0.0.1:8080/sim/wallets`). */
export function credentialsOf(
  { wechat, alipay, 'unionpay-qr': unionPay, ecny }: WalletKeys,
  base: string,
): Credentials {
  const common = { baseUrl: `${base}/wechat`, deviceIp: '127.0.0.1' };
  const direct = { ...common, appId: wechat.appId, mchId: wechat.merchantId };
  return {
    wechat: {
      settings: {
        ...direct,
        serialNo: wechat.merchant.serial,
        [`platformKey.${wechat.platform.serial}`]: wechat.platform.certificate,
        [`platformKey.${wechat.publicKeyId}`]: wechat.publicKey.publicKey,
      },
      secrets: { privateKeyPem: wechat.merchant.privateKey, apiV3Key: wechat.apiV3Key },
      merchantCertificatePem: wechat.merchant.certificate,
      platformCertificatePem: wechat.platform.certificate,
      platformSerial: wechat.platform.serial,
      publicKeyId: wechat.publicKeyId,
      publicKeyPem: wechat.publicKey.publicKey,
      partner: {
        settings: {
          ...common,
          appId: wechat.partner.appId,
          mchId: wechat.partner.merchantId,
          subMchId: wechat.merchantId,
          serialNo: wechat.partner.merchant.serial,
        },
        secrets: { privateKeyPem: wechat.partner.merchant.privateKey, apiV3Key: wechat.partner.apiV3Key },
      },
      sm2: {
        settings: { ...direct, signature: 'SM2', serialNo: wechat.merchantSm2.serial },
        secrets: { privateKeyPem: wechat.merchantSm2.privateKey, apiV3Key: wechat.apiV3Key },
      },
    },
    alipay: alipayCredentials(alipay, `${base}/alipay/gateway.do`),
    'unionpay-qr': {
      settings: {
        baseUrl: `${base}/unionpay-qr`,
        merId: unionPay.merchantId,
        certId: certIdOf(unionPay.merchant),
        unionPayRoots: unionPay.root.certificate,
        acquirerIin: unionPay.acquirerIin,
        forwardingIin: unionPay.forwardingIin,
        mcc: '5411',
        merchantName: 'Qingshan Convenience',
        merchantCity: 'Chengdu',
        merchantNameZh: '青山便利店',
        merchantCityZh: '成都',
        deviceIp: '127.0.0.1',
      },
      secrets: { privateKeyPem: unionPay.merchant.privateKey },
      merchantCertificatePem: unionPay.merchant.certificate,
    },
    ecny: {
      settings: {
        baseUrl: `${base}/ecny`,
        merchantId: ecny.merchantId,
        serialNo: ecny.serial,
        [`operatorKey.${ecny.operatorSerial}`]: ecny.operator.publicKey,
        deviceIp: '127.0.0.1',
      },
      secrets: { privateKeyPem: ecny.merchant.privateKey },
      merchantPublicKeyPem: ecny.merchant.publicKey,
    },
  };
}

function alipayCredentials(keys: AlipayKeys, gatewayUrl: string): Credentials['alipay'] {
  const { appId, sellerId, app, appCertificate, alipay, root, platform, aesKey, isv } = keys;
  const common = { gatewayUrl, sellerId, signType: 'RSA2' };
  return {
    settings: { ...common, appId, alipayPublicKey: alipay.publicKey },
    secrets: { privateKeyPem: app.privateKey },
    sellerId,
    appPublicKeyPem: app.publicKey,
    aesKey,
    certificates: {
      settings: {
        ...common,
        appId,
        appCertificate,
        alipayCertificate: platform.certificate,
        alipayRootCertificates: root.certificate,
      },
      secrets: { privateKeyPem: app.privateKey, aesKey },
    },
    isv: {
      settings: { ...common, appId: isv.appId, authAppId: appId, alipayPublicKey: alipay.publicKey },
      secrets: { privateKeyPem: isv.app.privateKey, appAuthToken: isv.appAuthToken },
    },
  };
}
