import type { ChannelConfig } from '@zhanggui/modules/merchants/api.ts';
import { AccountReader } from '../../wallet/account.ts';

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

/**
 * Reads a channel configuration.
 * @throws Fault `channel-not-configured` naming the setting that is missing.
 */
export function readEcnyAccount(config: ChannelConfig): EcnyAccount {
  const account = new AccountReader('ecny', config);
  return {
    baseUrl: account.setting('baseUrl'),
    merchantId: account.setting('merchantId'),
    serialNumber: account.setting('serialNo'),
    privateKey: account.secret('privateKeyPem'),
    operatorKeys: account.bySerial('operatorKey'),
    deviceIp: account.setting('deviceIp'),
  };
}
