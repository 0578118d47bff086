import type { ChannelConfig } from '@zhanggui/modules/merchants/api.ts';
import type { AcceptanceDevice } from '@zhanggui/modules/payments/method.ts';
import {
  type AlipaySignType,
  alipayCertificateSn,
  alipayRootCertificateSn,
  alipaySignType,
  type TerminalFacts,
  type WalletCrypto,
} from '@zhanggui/wallets';
import { AccountReader, notConfigured, terminalOf } from '../../wallet/account.ts';

/**
 * A merchant's account with Alipay's open platform, in key mode or, where `appCertificate` is there, in certificate mode.
 * In the channel's configuration:
 *
 * | settings | |
 * |---|---|
 * | `gatewayUrl` | `https://openapi.alipay.com/gateway.do` |
 * | `appId` | the application's id: of the merchant, or of the service provider that acts for it |
 * | `sellerId` | the merchant's own number at Alipay, 2088 and twelve digits |
 * | `alipayPublicKey` | key mode: Alipay's public key for this application, PEM, or Base64 as the console shows it |
 * | `appCertificate`, `alipayCertificate`, `alipayRootCertificates` | certificate mode: the three files of the console, PEM |
 * | `signType` | optional: `RSA2` (the default) or `RSA` |
 * | `authAppId` | the merchant's own application, where a service provider acts for it |
 * | `serviceProviderId` | optional: `sys_service_provider_id` of an ISV |
 * | `storeId` | optional: the shop's number with us that Alipay shows in bills |
 * | `refundDays` | optional: for how long the contract lets money go back, 365 days if not said |
 * | `terminal.deviceType`, `terminal.serialNumber`, `terminal.networkLicence`, `terminal.appVersion`, `terminal.location`, `terminal.deviceIp` | optional: what is reported of a till whose device is not registered |
 *
 * | secrets | |
 * |---|---|
 * | `privateKeyPem` | the application's private key: PEM, or Base64 of the DER |
 * | `aesKey` | optional: Base64; the content of requests and answers is encrypted under it |
 * | `appAuthToken` | the merchant's authorisation of an ISV |
 */
export interface AlipayAccount {
  readonly gatewayUrl: string;
  readonly appId: string;
  readonly sellerId: string;
  readonly trust: AlipayTrust;
  readonly signType: AlipaySignType;
  readonly privateKey: string;
  readonly aesKey: string | undefined;
  /** The application whose money it is: another than `appId` where a service provider acts. */
  readonly authAppId: string;
  readonly serviceProviderId: string | undefined;
  readonly storeId: string | undefined;
  readonly refundWithinMs: number;
  readonly appAuthToken: string | undefined;
  readonly terminal: TerminalFacts | undefined;
}

/** How Alipay's signatures are known. */
export type AlipayTrust =
  | { readonly kind: 'public-key'; readonly publicKey: string }
  | {
      readonly kind: 'certificates';
      /** Serials that every request names. */
      readonly appCertificateSn: string;
      readonly rootCertificateSn: string;
      /** The certificate with which Alipay signed when the account was configured. */
      readonly certificate: string;
      /** PEM of the roots under which the next ones stand. */
      readonly roots: string;
    };

const DAY_MS = 86_400_000;
const REFUND_DAYS = 365;

/**
 * Reads a channel configuration.
 * @throws Fault `channel-not-configured` naming the setting that is missing or malformed.
 */
export function readAlipayAccount(
  config: ChannelConfig,
  crypto: Pick<WalletCrypto, 'certificate' | 'digest'>,
): AlipayAccount {
  const account = new AccountReader('alipay', config);
  const appId = account.setting('appId');
  return {
    gatewayUrl: account.setting('gatewayUrl'),
    appId,
    sellerId: account.setting('sellerId'),
    trust: trustOf(account, crypto),
    signType: account.read('signType', () => alipaySignType(account.optional('signType') ?? 'RSA2')),
    privateKey: account.secret('privateKeyPem'),
    aesKey: account.optionalSecret('aesKey'),
    authAppId: account.optional('authAppId') ?? appId,
    serviceProviderId: account.optional('serviceProviderId'),
    storeId: account.optional('storeId'),
    refundWithinMs: refundDays(account) * DAY_MS,
    appAuthToken: account.optionalSecret('appAuthToken'),
    terminal: readTerminal(account),
  };
}

/**
 * What Alipay is told of the accepting device (`terminal_params`): of the registered one, else what the
 * configuration says; undefined where neither knows a place.
 * @throws Fault `channel-not-configured` naming the fact that is malformed.
 */
export function terminalParams({ terminal }: AlipayAccount, device: AcceptanceDevice | null): string | undefined {
  if (device === null && terminal === undefined) return undefined;
  return JSON.stringify(terminalOf('alipay', device, terminal ?? {}));
}

function refundDays(account: AccountReader): number {
  const days = Number(account.optional('refundDays') ?? REFUND_DAYS);
  if (!Number.isSafeInteger(days) || days < 1) throw notConfigured('alipay', 'refundDays');
  return days;
}

function trustOf(account: AccountReader, crypto: Pick<WalletCrypto, 'certificate' | 'digest'>): AlipayTrust {
  const appCertificate = account.optional('appCertificate');
  if (appCertificate === undefined) return { kind: 'public-key', publicKey: account.setting('alipayPublicKey') };
  const roots = account.setting('alipayRootCertificates');
  const certificate = account.setting('alipayCertificate');
  account.read('alipayCertificate', () => crypto.certificate(certificate));
  return {
    kind: 'certificates',
    appCertificateSn: account.read('appCertificate', () => alipayCertificateSn(crypto, appCertificate)),
    rootCertificateSn: account.read('alipayRootCertificates', () => alipayRootCertificateSn(crypto, roots)),
    certificate,
    roots,
  };
}

function readTerminal(account: AccountReader): TerminalFacts | undefined {
  const fact = (name: keyof TerminalFacts): string | undefined => account.optional(`terminal.${name}`);
  if (fact('location') === undefined && fact('deviceIp') === undefined) return undefined;
  return {
    deviceType: fact('deviceType'),
    serialNumber: fact('serialNumber'),
    networkLicence: fact('networkLicence'),
    appVersion: fact('appVersion'),
    location: fact('location'),
    deviceIp: fact('deviceIp'),
  };
}
