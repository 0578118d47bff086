import { Fault } from '@zhanggui/base';
import type { ChannelConfig } from '@zhanggui/modules/merchants/api.ts';

/**
 * A merchant's account for e-CNY at an acquirer, products DC_MICROPAY and DC_NATIVE. In the channel's configuration:
 *
 * | settings | |
 * |---|---|
 * | `baseUrl` | address of the interface, no slash at the end |
 * | `merchantId` | as the acquirer gave it |
 * | `serialNo` | number of the merchant's key |
 * | `operatorKey.<serial>` | PEM of a key with which the acquirer signs; several while one follows another |
 * | `deviceIp` | address of the till towards the outside, where its device is not registered |
 *
 * | secrets | |
 * |---|---|
 * | `privateKeyPem` | the merchant's private key |
 */
export interface EcnyAccount {
  readonly baseUrl: string;
  readonly merchantId: string;
  readonly serialNumber: string;
  readonly privateKey: string;
  /** PEM by serial. */
  readonly operatorKeys: ReadonlyMap<string, string>;
  readonly deviceIp: string;
}

const KEY_PREFIX = 'operatorKey.';

/**
 * Reads a channel configuration.
 * @throws Fault `channel-not-configured` naming the setting that is missing.
 */
export function readEcnyAccount({ settings, secrets }: ChannelConfig): EcnyAccount {
  const needed = (values: Readonly<Record<string, string>>, name: string): string => {
    const value = values[name];
    if (value === undefined || value === '')
      throw new Fault('channel-not-configured', { params: { method: 'ecny', setting: name } });
    return value;
  };
  return {
    baseUrl: needed(settings, 'baseUrl'),
    merchantId: needed(settings, 'merchantId'),
    serialNumber: needed(settings, 'serialNo'),
    privateKey: needed(secrets, 'privateKeyPem'),
    operatorKeys: new Map(
      Object.entries(settings)
        .filter(([name]) => name.startsWith(KEY_PREFIX))
        .map(([name, pem]) => [name.slice(KEY_PREFIX.length), pem]),
    ),
    deviceIp: needed(settings, 'deviceIp'),
  };
}
