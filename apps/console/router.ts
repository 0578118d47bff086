import { useMemo, useSyncExternalStore } from 'react';
import { hrefOf, type Place, placeOf } from './routes.ts';

/** The place that the address shows; the component is drawn again when it changes. */
export function usePlace(): Place {
  const hash = useSyncExternalStore(listen, () => location.hash);
  return useMemo(() => placeOf(hash), [hash]);
}

/** Shows another state of the same page, such as another filter, without a new step of "back". */
export function replacePlace(place: Place): void {
  history.replaceState(history.state, '', hrefOf(place));
  dispatchEvent(new HashChangeEvent('hashchange'));
}

function listen(changed: () => void): () => void {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
}

const SCROLL_REST_MS = 120;

/** Remembers with each step of the history how far its page was scrolled, so that "back" leads to the same row. */
export function keepScroll(): void {
  history.scrollRestoration = 'manual';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const remember = () => history.replaceState({ scrollY }, '');
  addEventListener(
    'scroll',
    () => {
      clearTimeout(timer);
      timer = setTimeout(remember, SCROLL_REST_MS);
    },
    { passive: true },
  );
  addEventListener('popstate', () => clearTimeout(timer));
}

/** How far the page of this step of the history was scrolled; 0 for a new one. */
export function rememberedScroll(): number {
  const state: unknown = history.state;
  if (typeof state !== 'object' || state === null || !('scrollY' in state)) return 0;
  return typeof state.scrollY === 'number' ? state.scrollY : 0;
}
