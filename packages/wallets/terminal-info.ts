import { WalletRefusal } from './wallet-refusal.ts';

/** What is known of the terminal that accepts barcodes (PBoC Yinfa [2021] 259); every part may be absent. */
export interface TerminalFacts {
  /** Two digits: 04 smart POS, 10 barcode terminal, 11 auxiliary device … */
  readonly deviceType?: string | undefined;
  /** Hardware serial; mandatory for type 10. */
  readonly serialNumber?: string | undefined;
  /** Network access licence, such as `P3100`. */
  readonly networkLicence?: string | undefined;
  /** Version of the accepting program; changes on every release. */
  readonly appVersion?: string | undefined;
  /** WGS-84 as `+37.12/-121.213`: latitude first, then longitude. */
  readonly location?: string | undefined;
  /** Mandatory where there is no location. */
  readonly deviceIp?: string | undefined;
}

const DEVICE_TYPES = /^(?:0[1-689]|1[01])$/;

/**
 * The `terminal_info` members of the UnionPay and NetsUnion interfaces.
 * @throws WalletRefusal `terminal-fact`, naming the member.
 */
export function terminalInfo(facts: TerminalFacts): Readonly<Record<string, string>> {
  const { deviceType = '04', serialNumber, networkLicence, appVersion, location, deviceIp } = facts;
  check(DEVICE_TYPES.test(deviceType), 'device_type');
  check(serialNumber !== undefined || deviceType !== '10', 'serial_num');
  check(serialNumber === undefined || /^[\x21-\x7e]{1,50}$/.test(serialNumber), 'serial_num');
  check(networkLicence === undefined || /^[0-9A-Z]{5}$/.test(networkLicence), 'network_license');
  check(appVersion === undefined || /^[\x21-\x7e]{1,8}$/.test(appVersion), 'app_version');
  check(location === undefined || isLocation(location), 'location');
  check(location !== undefined || deviceIp !== undefined, 'device_ip');
  check(deviceIp === undefined || /^[0-9a-fA-F.:]{2,40}$/.test(deviceIp), 'device_ip');
  return {
    device_type: deviceType,
    ...(serialNumber === undefined ? {} : { serial_num: serialNumber }),
    ...(networkLicence === undefined ? {} : { network_license: networkLicence }),
    ...(appVersion === undefined ? {} : { app_version: appVersion.padEnd(8) }),
    ...(location === undefined ? {} : { location }),
    ...(deviceIp === undefined ? {} : { device_ip: deviceIp }),
  };
}

function check(holds: boolean, member: string): void {
  if (!holds) throw new WalletRefusal('terminal-fact', `${member} is missing or malformed`, { path: member });
}

/** A longitude written in the place of the latitude mostly exceeds 90 degrees in China, and is caught here. */
function isLocation(text: string): boolean {
  const match = /^([+-]\d{1,2}(?:\.\d{1,13})?)\/([+-]\d{1,3}(?:\.\d{1,13})?)$/.exec(text);
  return match !== null && text.length <= 32 && Math.abs(Number(match[1])) <= 90 && Math.abs(Number(match[2])) <= 180;
}
