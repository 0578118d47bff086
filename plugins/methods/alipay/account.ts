import { Fault } from '@zhanggui/base';
import type { ChannelConfig } from '@zhanggui/modules/merchants/api.ts';
import {
  type AlipaySignType,
  alipaySignType,
  type TerminalFacts,
  terminalInfo,
  WalletRefusal,
} from '@zhanggui/wallets';

/**
 * A merchant's account with Alipay's open platform, key mode. In the channel's configuration:
 *
 * | settings | |
 * |---|---|
 * | `gatewayUrl` | `https://openapi.alipay.com/gateway.do` |
 * | `appId` | the application's id |
 * | `alipayPublicKey` | Alipay's public key for this application: PEM, or Base64 as the console shows it |
 * | `signType` | optional: `RSA2` (the default) or `RSA` |
 * | `serviceProviderId` | optional: `sys_service_provider_id` of an ISV |
 * | `storeId` | optional: the shop's number with us that Alipay shows in bills |
 * | `terminal.deviceType`, `terminal.serialNumber`, `terminal.networkLicence`, `terminal.appVersion`, `terminal.location`, `terminal.deviceIp` | optional: what is reported of the accepting terminal |
 *
 * | secrets | |
 * |---|---|
 * | `privateKeyPem` | the application's private key: PEM, or Base64 of the DER |
 * | `appAuthToken` | optional: the merchant's authorisation of an ISV |
 */
export interface AlipayAccount {
  readonly gatewayUrl: string;
  readonly appId: string;
  readonly alipayPublicKey: string;
  readonly signType: AlipaySignType;
  readonly privateKey: string;
  readonly serviceProviderId: string | undefined;
  readonly storeId: string | undefined;
  readonly appAuthToken: string | undefined;
  /** JSON of the terminal's facts, as `terminal_params` carries it. */
  readonly terminalParams: string | undefined;
}

/**
 * Reads a channel configuration.
 * @throws Fault `channel-not-configured` naming the setting that is missing or malformed.
 */
export function readAlipayAccount({ settings, secrets }: ChannelConfig): AlipayAccount {
  const needed = (values: Readonly<Record<string, string>>, name: string): string => {
    const value = values[name];
    if (value === undefined || value === '')
      throw new Fault('channel-not-configured', { params: { method: 'alipay', setting: name } });
    return value;
  };
  return {
    gatewayUrl: needed(settings, 'gatewayUrl'),
    appId: needed(settings, 'appId'),
    alipayPublicKey: needed(settings, 'alipayPublicKey'),
    signType: readSetting('signType', () => alipaySignType(settings.signType ?? 'RSA2')),
    privateKey: needed(secrets, 'privateKeyPem'),
    serviceProviderId: settings.serviceProviderId,
    storeId: settings.storeId,
    appAuthToken: secrets.appAuthToken,
    terminalParams: readSetting('terminal', () => readTerminal(settings)),
  };
}

function readTerminal(settings: Readonly<Record<string, string>>): string | undefined {
  const fact = (name: keyof TerminalFacts): string | undefined => settings[`terminal.${name}`];
  if (fact('location') === undefined && fact('deviceIp') === undefined) return undefined;
  const facts: TerminalFacts = {
    deviceType: fact('deviceType'),
    serialNumber: fact('serialNumber'),
    networkLicence: fact('networkLicence'),
    appVersion: fact('appVersion'),
    location: fact('location'),
    deviceIp: fact('deviceIp'),
  };
  return JSON.stringify(terminalInfo(facts));
}

function readSetting<Value>(name: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof WalletRefusal)) throw cause;
    const setting = cause.path === '' ? name : `${name}.${cause.path}`;
    throw new Fault('channel-not-configured', { params: { method: 'alipay', setting }, cause });
  }
}
