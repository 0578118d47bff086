import { ApiProblem, ApiSilence } from '@zhanggui/ui/api-client.ts';
import { useEffect, useState } from 'react';

/** What a page without an account shows: itself, or why there is nothing to show. */
type Loaded<Page> = Page | 'loading' | 'unknown' | 'silent';

interface Loading<Page> {
  readonly loaded: Loaded<Page>;
  /** Loads it again; what was shown stays until then. */
  readonly again: () => void;
  /** Counts the wishes to load again. */
  readonly turn: number;
}

/** Loads what a secret link leads to. */
export function useLoaded<Page extends object>(token: string, load: (token: string) => Promise<Page>): Loading<Page> {
  const [loaded, setLoaded] = useState<Loaded<Page>>('loading');
  const [turn, setTurn] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` counts the wishes to load again.
  useEffect(() => {
    let left = false;
    load(token)
      .catch(whyMissing)
      .then((found) => {
        if (!left) setLoaded(found);
      });
    return () => {
      left = true;
    };
  }, [token, load, turn]);
  return { loaded, again: () => setTurn(turn + 1), turn };
}

function whyMissing(error: unknown): 'unknown' | 'silent' {
  if (error instanceof ApiProblem && error.status < 500) return 'unknown';
  if (error instanceof ApiProblem || error instanceof ApiSilence) return 'silent';
  throw error;
}
