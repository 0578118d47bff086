import { randomBytes } from 'node:crypto';
import type { Clock, Rng } from '@zhanggui/base';
import { MemoryTornLog } from '@zhanggui/emv';
import { type PinEntry, pinPadOf } from '@zhanggui/terminal';
import { listen } from './http/agent-server.ts';
import { SignatureGate } from './http/signature.ts';
import { tillRoutes } from './http/till-routes.ts';
import { DeviceKeys } from './keys/device-keys.ts';
import { SoftwarePad } from './pad/software-pad.ts';
import { Pairing } from './pairing/pairing.ts';
import { PcscClient } from './pcsc/pcsc-client.ts';
import { PcscSlot } from './pcsc/pcsc-slot.ts';
import { openPrinter } from './printer/printer.ts';
import { readerSettings } from './reader/parameters.ts';
import { ReaderService } from './reader/reader-service.ts';
import type { AgentSettings } from './settings.ts';
import { type AgentStore, openAgentStore } from './store/agent-store.ts';

/** An agent that listens. */
export interface RunningAgent {
  readonly port: number;
  readonly pairing: Pairing;
  readonly store: AgentStore;
  /** Where the PIN pad of the demonstration is, or null. */
  readonly padUrl: string | null;
  close(): Promise<void>;
}

const clock: Pick<Clock, 'now'> = { now: () => Date.now() };
const rng: Rng = { bytes: (count) => randomBytes(count) };

/** Book C-2 wants at least one record; a card that left too early is remembered for five minutes. */
const TORN_RECORDS = 4;
const TORN_LIFETIME_MS = 300_000;

/** No PIN is typed on a device that has not proved itself. */
const noPad: PinEntry = () => Promise.resolve('missing');

/**
 * Puts an agent together and lets it listen on the loopback address.
 * @throws SealedFileError, RangeError for parameters that are not in order, and what listening throws.
 */
export async function startAgent(settings: AgentSettings, report: (words: string) => void): Promise<RunningAgent> {
  const store = openAgentStore(settings.dataFolder);
  const pad = settings.demo ? new SoftwarePad() : undefined;
  const keys = new DeviceKeys(store);
  const reader = new ReaderService({
    slot: new PcscSlot(() => PcscClient.open(settings.pcscdSocket)),
    ports: {
      pad: pinPadOf(pad?.entry ?? noPad, rng),
      keys,
      clock,
      rng,
      torn: new MemoryTornLog(TORN_RECORDS, TORN_LIFETIME_MS, clock),
      nextCounter: () => nextCounter(store),
    },
    settings: settings.parameters === undefined ? undefined : readerSettings(settings.parameters),
    hasKeys: () => keys.isLoaded,
    report,
  });
  const pairing = new Pairing(store, clock);
  const server = await listen({
    port: settings.port,
    tillOrigins: settings.tillOrigins,
    pairing,
    gate: new SignatureGate((deviceId) => pairing.till(deviceId), clock),
    routes: tillRoutes({
      printer: settings.printer === undefined ? undefined : openPrinter(settings.printer, settings.paper),
      reader,
      readerId: () => keys.readerId,
      pinPad: pad === undefined ? null : 'software',
    }),
    ownPages: pad && ((request, url, body, response) => pad.serve(request, url, body, response)),
    report,
  });
  return {
    port: server.port,
    pairing,
    store,
    padUrl: pad === undefined ? null : `http://127.0.0.1:${server.port}/pad#${pad.token}`,
    close: async () => {
      await server.close();
      await reader.close();
    },
  };
}

/** 9F41 has eight digits and begins again. */
function nextCounter(store: AgentStore): number {
  const { transactionCounter } = store.content;
  store.content.transactionCounter = (transactionCounter % 99_999_999) + 1;
  store.save();
  return transactionCounter;
}
