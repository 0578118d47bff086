import { Fault } from '@zhanggui/base';
import type { ChannelConfig } from '@zhanggui/modules/merchants/api.ts';
import type { AcceptanceDevice } from '@zhanggui/modules/payments/method.ts';
import {
  type AlipaySignType,
  alipayCertificateSn,
  alipayRootCertificateSn,
  alipaySignType,
  type TerminalFacts,
  terminalInfo,
  type WalletCrypto,
  WalletRefusal,
} from '@zhanggui/wallets';

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
  { settings, secrets }: ChannelConfig,
  crypto: Pick<WalletCrypto, 'certificate' | 'digest'>,
): AlipayAccount {
  const needed = (values: Readonly<Record<string, string>>, name: string): string => {
    const value = values[name];
    if (value === undefined || value === '') throw notConfigured(name);
    return value;
  };
  const appId = needed(settings, 'appId');
  const refundDays = Number(settings.refundDays ?? REFUND_DAYS);
  if (!Number.isSafeInteger(refundDays) || refundDays < 1) throw notConfigured('refundDays');
  return {
    gatewayUrl: needed(settings, 'gatewayUrl'),
    appId,
    sellerId: needed(settings, 'sellerId'),
    trust: trustOf(settings, needed, crypto),
    signType: readSetting('signType', () => alipaySignType(settings.signType ?? 'RSA2')),
    privateKey: needed(secrets, 'privateKeyPem'),
    aesKey: secrets.aesKey || undefined,
    authAppId: settings.authAppId || appId,
    serviceProviderId: settings.serviceProviderId,
    storeId: settings.storeId,
    refundWithinMs: refundDays * DAY_MS,
    appAuthToken: secrets.appAuthToken || undefined,
    terminal: readTerminal(settings),
  };
}

/**
 * What Alipay is told of the accepting device (`terminal_params`, RULES 1.7): of the registered one, else what the
 * configuration says; undefined where neither knows a place.
 * @throws Fault `channel-not-configured` naming the fact that is malformed.
 */
export function terminalParams({ terminal }: AlipayAccount, device: AcceptanceDevice | null): string | undefined {
  const facts = device === null ? terminal : factsOf(device);
  return facts === undefined ? undefined : readSetting('terminal', () => JSON.stringify(terminalInfo(facts)));
}

function factsOf(device: AcceptanceDevice): TerminalFacts {
  return {
    deviceType: device.deviceType,
    serialNumber: device.serialNumber,
    networkLicence: device.networkLicense ?? undefined,
    appVersion: device.appVersion.trimEnd(),
    location: device.location,
    deviceIp: device.ip,
  };
}

function trustOf(
  settings: Readonly<Record<string, string>>,
  needed: (values: Readonly<Record<string, string>>, name: string) => string,
  crypto: Pick<WalletCrypto, 'certificate' | 'digest'>,
): AlipayTrust {
  const { appCertificate } = settings;
  if (appCertificate === undefined || appCertificate === '')
    return { kind: 'public-key', publicKey: needed(settings, 'alipayPublicKey') };
  const roots = needed(settings, 'alipayRootCertificates');
  const certificate = needed(settings, 'alipayCertificate');
  readSetting('alipayCertificate', () => crypto.certificate(certificate));
  return {
    kind: 'certificates',
    appCertificateSn: readSetting('appCertificate', () => alipayCertificateSn(crypto, appCertificate)),
    rootCertificateSn: readSetting('alipayRootCertificates', () => alipayRootCertificateSn(crypto, roots)),
    certificate,
    roots,
  };
}

function readTerminal(settings: Readonly<Record<string, string>>): TerminalFacts | undefined {
  const fact = (name: keyof TerminalFacts): string | undefined => settings[`terminal.${name}`];
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

function readSetting<Value>(name: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof WalletRefusal)) throw cause;
    throw notConfigured(cause.path === '' ? name : `${name}.${cause.path}`, cause);
  }
}

function notConfigured(setting: string, cause?: WalletRefusal): Fault {
  return new Fault('channel-not-configured', { params: { method: 'alipay', setting }, cause });
}
