import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@zhanggui/base';
import type { FastifyInstance } from 'fastify';
import { CardBox } from './card-box.ts';
import { keyLoadingRoute } from './key-loading.ts';
import { ReaderKeys } from './reader-keys.ts';
import { pageRoutes } from './reader-page-routes.ts';
import { readerSettings } from './reader-settings.ts';
import { tillRoutes } from './reader-till-routes.ts';
import { VirtualReader } from './virtual-reader.ts';

/** The virtual card readers, one a till. */
export interface Readers {
  readonly keys: ReaderKeys;
  readonly box: CardBox;
  readonly byId: ReadonlyMap<string, VirtualReader>;
  /** Streams of the readers' pages. */
  readonly streams: Set<ServerResponse>;
  /** Ends what waits and the pages' streams. */
  close(): void;
}

const PING_MS = 15_000;
const systemClock: Clock = { now: () => Date.now(), sleep: (durationMs) => sleep(durationMs) };

/** The readers with their keys and cards from `dataFolder`. */
export function openReaders(dataFolder: string): Readers {
  const keys = new ReaderKeys(join(dataFolder, 'readers.json'));
  const box = new CardBox(join(dataFolder, 'cards.json'));
  const settings = readerSettings(box.certificates);
  const byId = new Map(
    keys.readerIds().map((id) => [id, new VirtualReader(box, keys.device(id), systemClock, settings)]),
  );
  const streams = new Set<ServerResponse>();
  const ping = setInterval(() => {
    for (const stream of streams) stream.write('event: ping\ndata: {}\n\n');
  }, PING_MS).unref();
  return {
    keys,
    box,
    byId,
    streams,
    close() {
      clearInterval(ping);
      for (const reader of byId.values()) reader.close();
      for (const stream of streams) stream.end();
    },
  };
}

/** Routes of the readers: requests of the till, and the page on which cards are presented. */
export function registerReader(app: FastifyInstance, readers: Readers): void {
  tillRoutes(app, readers);
  pageRoutes(app, readers);
  keyLoadingRoute(app, () => readers.keys.grants(), readerSettings(readers.box.certificates));
}
