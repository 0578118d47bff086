import { Fault } from '@zhanggui/base';
import type { ChannelConfig } from '@zhanggui/modules/merchants/api.ts';
import type { AcceptanceDevice } from '@zhanggui/modules/payments/method.ts';
import { type TerminalFacts, terminalInfo, WalletRefusal } from '@zhanggui/wallets';

/** A channel configuration that names what is missing in it. */
export class AccountReader {
  readonly #methodId: string;
  readonly #config: ChannelConfig;

  constructor(methodId: string, config: ChannelConfig) {
    this.#methodId = methodId;
    this.#config = config;
  }

  /** @throws Fault `channel-not-configured` naming the setting. */
  setting(name: string): string {
    return this.optional(name) ?? this.#missing(name);
  }

  /** @throws Fault `channel-not-configured` naming the secret. */
  secret(name: string): string {
    return this.#config.secrets[name] || this.#missing(name);
  }

  /** A setting that may be absent; an empty one is. */
  optional(name: string): string | undefined {
    return this.#config.settings[name] || undefined;
  }

  /** A secret that may be absent; an empty one is. */
  optionalSecret(name: string): string | undefined {
    return this.#config.secrets[name] || undefined;
  }

  /** The settings `<name>.<serial>` by serial: keys and certificates, several while one follows another. */
  bySerial(name: string): ReadonlyMap<string, string> {
    const prefix = `${name}.`;
    return new Map(
      Object.entries(this.#config.settings)
        .filter(([each]) => each.startsWith(prefix))
        .map(([each, value]) => [each.slice(prefix.length), value]),
    );
  }

  /** @throws Fault `channel-not-configured` naming the setting that `read` refuses. */
  read<Value>(name: string, read: () => Value): Value {
    return readSetting(this.#methodId, name, read);
  }

  #missing(name: string): never {
    throw notConfigured(this.#methodId, name);
  }
}

/** A setting is missing or malformed. */
export function notConfigured(method: string, setting: string, cause?: WalletRefusal): Fault {
  return new Fault('channel-not-configured', { params: { method, setting }, cause });
}

/** Where the address of a till is told that has no registered device. */
export interface OutsideAddress {
  readonly deviceIp: string;
}

/** What is reported of a till without a registered device: an auxiliary one at the shop's address. */
export function unregistered({ deviceIp }: OutsideAddress): TerminalFacts {
  return { deviceType: '11', deviceIp };
}

/**
 * `terminal_info` of the till (PBoC Yinfa [2021] 259): of its registered device, else what `otherwise` says.
 * @throws Fault `channel-not-configured` naming the fact that is malformed.
 */
export function terminalOf(
  method: string,
  device: AcceptanceDevice | null,
  otherwise: TerminalFacts,
): Readonly<Record<string, string>> {
  return readSetting(method, 'terminal', () => terminalInfo(device === null ? otherwise : factsOf(device)));
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

function readSetting<Value>(method: string, name: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof WalletRefusal)) throw cause;
    throw notConfigured(method, cause.path === '' ? name : `${name}.${cause.path}`, cause);
  }
}
