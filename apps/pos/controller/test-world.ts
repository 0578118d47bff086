import type { ApiClient } from '@zhanggui/ui/api-client.ts';
import type { TillEvent } from '../till/events.ts';
import type { TillWorld } from './run-effects.ts';

interface Sent {
  readonly what: string;
  readonly body: unknown;
  readonly key: string | undefined;
}

/** A world whose server answers from a list; an Error in it is thrown. */
export function worldAnswering(...answers: readonly unknown[]) {
  return worldWhere(true, ...answers);
}

/** The same, where the attempt is still awaited or not. */
export function worldWhere(awaited: boolean, ...answers: readonly unknown[]) {
  const queue = [...answers];
  const sent: Sent[] = [];
  const events: TillEvent[] = [];
  const answer = async <Answer>(what: string, body?: unknown, key?: string): Promise<Answer> => {
    sent.push({ what, body, key });
    const next = queue.shift();
    if (next === undefined) throw new Error(`no answer prepared for ${what}`);
    if (next instanceof Error) throw next;
    return next as Answer;
  };
  const api: ApiClient = {
    get: (path) => answer(`GET ${path}`),
    send: (method, path, body, options) => answer(`${method} ${path}`, body, options?.idempotencyKey),
  };
  const world: TillWorld = {
    api,
    tillId: 'till_1',
    scenario: 'retail',
    send: (event) => events.push(event),
    isAwaited: () => awaited,
    cue: () => {},
    announce: () => {},
    nowIso: () => '2026-11-22T06:00:00.000Z',
    sleep: async () => {},
  };
  return { world, sent, events };
}
