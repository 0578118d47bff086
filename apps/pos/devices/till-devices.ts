import type { CardReader } from '@zhanggui/plugins/web/method-screen.ts';
import { type ApiClient, createApiClient } from '@zhanggui/ui/api-client.ts';
import { currentLanguage } from '@zhanggui/ui/language.ts';
import { useSyncExternalStore } from 'react';
import { type AgentPairing, type PairingRefusal, pairWithAgent, signedHeaders } from './agent-pairing.ts';
import { forgetPairing, loadPairing, savePairing } from './pairing-store.ts';

/** Which card reader a till uses. */
export type ReaderChoice = 'virtual' | 'agent';

/** What a till has of devices, as its screens see it. */
export interface DeviceState {
  /** Null while it is not known, and where there is no agent. */
  readonly pairing: AgentPairing | null;
  readonly reader: ReaderChoice;
  /** Why the last receipt was not printed; null when it was. */
  readonly trouble: PrintTrouble | null;
}

export type PrintTrouble = PrinterTrouble | 'agent-silent' | 'agent-refused' | 'not-paired';

/** What the agent says of the printer. */
export const PRINTER_TROUBLES = ['no-printer', 'printer-silent', 'paper-out', 'cover-open', 'printer-fault'] as const;
type PrinterTrouble = (typeof PRINTER_TROUBLES)[number];

const READER_KEY = 'zg.reader.';

/** The devices of one till in this browser: its pairing with an agent, and which card reader it uses. */
export class TillDevices {
  readonly tillId: string;
  readonly cardReaders: Readonly<Record<ReaderChoice, CardReader>>;
  readonly #listeners = new Set<() => void>();
  readonly #loaded: Promise<void>;
  #state: DeviceState;

  constructor(tillId: string) {
    this.tillId = tillId;
    const reader = localStorage.getItem(READER_KEY + tillId) === 'agent' ? 'agent' : 'virtual';
    this.#state = { pairing: null, reader, trouble: null };
    this.cardReaders = {
      virtual: {
        kind: 'virtual',
        client: createApiClient({ base: '/sim', language: currentLanguage }),
        base: `/readers/${encodeURIComponent(tillId)}`,
      },
      agent: { kind: 'agent', client: this.agent, base: '/reader' },
    };
    this.#loaded = this.#load();
  }

  /** The agent's HTTP interface; every request is signed. @throws ApiSilence where no agent is paired. */
  readonly agent: ApiClient = createApiClient({
    base: '',
    language: currentLanguage,
    fetch: (path, init) => this.#signed(String(path), init),
  });

  readonly state = (): DeviceState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The reader that was chosen; the virtual one while no agent is paired. */
  cardReader({ pairing, reader }: DeviceState = this.#state): CardReader {
    return this.cardReaders[pairing === null ? 'virtual' : reader];
  }

  /** Pairs with the agent at `origin`; from then on it reads cards, prints and opens the drawer. */
  async pair(origin: string, code: string): Promise<'paired' | PairingRefusal> {
    const pairing = await pairWithAgent({ origin, tillOrigin: location.origin, code, name: this.tillId });
    if (typeof pairing === 'string') return pairing;
    await savePairing(this.tillId, pairing);
    this.#set({ pairing, trouble: null });
    return 'paired';
  }

  async unpair(): Promise<void> {
    await forgetPairing(this.tillId);
    this.choose('virtual');
    this.#set({ pairing: null, trouble: null });
  }

  choose(reader: ReaderChoice): void {
    localStorage.setItem(READER_KEY + this.tillId, reader);
    this.#set({ reader });
  }

  report(trouble: PrintTrouble | null): void {
    this.#set({ trouble });
  }

  /** The pairing, once the browser's storage has told it. */
  async paired(): Promise<AgentPairing | null> {
    await this.#loaded;
    return this.#state.pairing;
  }

  /** A browser without storage of this kind has no pairing either. */
  async #load(): Promise<void> {
    const pairing = await loadPairing(this.tillId).catch(() => null);
    if (pairing !== null) this.#set({ pairing });
  }

  #set(change: Partial<DeviceState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }

  async #signed(path: string, init: RequestInit = {}): Promise<Response> {
    const pairing = await this.paired();
    if (pairing === null) throw new TypeError('no agent is paired');
    const body = typeof init.body === 'string' ? init.body : '';
    const headers = new Headers(init.headers);
    const signature = await signedHeaders(pairing, init.method ?? 'GET', path, body);
    for (const [name, value] of Object.entries(signature)) headers.set(name, value);
    return fetch(pairing.origin + path, { ...init, headers, credentials: 'omit' });
  }
}

const known = new Map<string, TillDevices>();

/** The devices of a till; the same object each time. */
export function devicesOf(tillId: string): TillDevices {
  const devices = known.get(tillId) ?? new TillDevices(tillId);
  known.set(tillId, devices);
  return devices;
}

/** What a till has of devices; the component is drawn again when it changes. */
export function useDevices(tillId: string): DeviceState {
  const devices = devicesOf(tillId);
  return useSyncExternalStore(devices.subscribe, devices.state);
}

/** The card reader that a till uses now. */
export function useCardReader(tillId: string): CardReader {
  return devicesOf(tillId).cardReader(useDevices(tillId));
}
