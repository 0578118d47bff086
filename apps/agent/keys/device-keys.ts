import { fromHex } from '@zhanggui/base';
import { AesDukptTerminal, CryptoRefusal, type DukptTransaction, importKey } from '@zhanggui/paycrypto';
import type { KeyDevice } from '@zhanggui/terminal';
import type { AgentStore } from '../store/agent-store.ts';

/** The device's AES DUKPT keys (ANSI X9.24-3). A counter is on the disk before its keys are used, so that no KSN comes twice. */
export class DeviceKeys implements KeyDevice {
  readonly #store: AgentStore;
  #terminal: AesDukptTerminal | undefined;

  constructor(store: AgentStore) {
    this.#store = store;
  }

  /** Whether keys have been loaded. */
  get isLoaded(): boolean {
    return this.#store.content.deviceKey !== null;
  }

  get readerId(): string {
    return this.#store.content.deviceKey?.readerId ?? '';
  }

  async next(): Promise<DukptTransaction> {
    const { deviceKey } = this.#store.content;
    if (deviceKey === null) throw new CryptoRefusal('dukpt-exhausted', 'no keys have been loaded');
    if (deviceKey.nextCounter === null)
      throw new CryptoRefusal('dukpt-exhausted', 'the device has used all of its keys');
    this.#terminal ??= new AesDukptTerminal(
      importKey(deviceKey.initialKey, { algorithm: 'AES', usage: 'dukpt-initial' }),
      fromHex(deviceKey.initialKeyId),
      deviceKey.nextCounter,
    );
    const keys = this.#terminal.next();
    deviceKey.nextCounter = this.#terminal.counter ?? null;
    this.#store.save();
    return keys;
  }
}
