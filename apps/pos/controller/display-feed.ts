import { type ApiClient, ApiProblem, ApiSilence } from '@zhanggui/ui/api-client.ts';
import { displayOf } from '../till/display.ts';
import type { TillState } from '../till/state.ts';

const GATHER_MS = 60;

interface Source {
  state(): TillState;
  subscribe(listener: () => void): () => void;
}

/**
 * Sends the customer's screen what it is to show, whenever that changes: the newest only, one request at a time, so that a
 * slow network shows fewer steps and never an old one last. Returns how to stop.
 */
export function startDisplayFeed(api: ApiClient, tillId: string, source: Source): () => void {
  const path = `/tills/${encodeURIComponent(tillId)}/display`;
  let shown = '';
  let sending = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function send(): Promise<void> {
    const next = displayOf(source.state(), receiptUrl(source.state()));
    const text = JSON.stringify(next);
    if (sending || text === shown) return;
    sending = true;
    try {
      await api.send('PUT', path, next);
      shown = text;
    } catch (error) {
      // The customer's screen is not worth a word to the cashier; the next change tries again.
      if (!(error instanceof ApiProblem || error instanceof ApiSilence)) throw error;
      shown = text;
    } finally {
      sending = false;
    }
    void send();
  }

  function schedule(): void {
    clearTimeout(timer);
    timer = setTimeout(() => void send(), GATHER_MS);
  }

  schedule();
  const stop = source.subscribe(schedule);
  return () => {
    clearTimeout(timer);
    stop();
  };
}

/** Where the customer finds the receipt of a finished sale. */
export function receiptUrl(state: TillState): string | undefined {
  const token = state.phase.name === 'outcome' ? state.sale?.receiptToken : null;
  return token ? `${location.origin}/r/${token}` : undefined;
}
