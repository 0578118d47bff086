import type { SendEvent, StopSending } from '../http.ts';

/** Tells open screens what changed, by till. Screens that were not listening read the state when they open. */
export class Push {
  readonly #listeners = new Map<string, Set<SendEvent>>();

  /** Sends an event to every screen of the till. */
  publish(tillId: string, name: string, data: unknown): void {
    for (const send of this.#listeners.get(tillId) ?? []) send(name, data);
  }

  /** Listens to a till's events until the returned function is called. */
  subscribe(tillId: string, send: SendEvent): StopSending {
    const listeners = this.#listeners.get(tillId) ?? new Set();
    this.#listeners.set(tillId, listeners.add(send));
    return () => {
      listeners.delete(send);
      if (listeners.size === 0) this.#listeners.delete(tillId);
    };
  }
}
