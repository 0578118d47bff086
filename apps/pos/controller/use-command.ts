import { ApiProblem, ApiSilence } from '@zhanggui/ui/api-client.ts';
import { useState } from 'react';
import { useText } from '../texts.ts';

/** A command that a press of a button gives to the server, and how it stands. */
interface Command {
  /** It is on its way. */
  readonly busy: boolean;
  /** Why it was not carried out, in the words for the cashier. */
  readonly refusal: string | null;
  /** Carries it out; problems and silence of the server become the refusal, anything else is thrown. */
  run(work: () => Promise<void>): Promise<void>;
  /** Says something against it that the server did not say, or takes back what was said. */
  refuse(words: string | null): void;
}

/** Keeps one command of a form. `silentWords` say that the server did not answer, where the usual ones say too little. */
export function useCommand(silentWords?: string): Command {
  const t = useText();
  const [busy, setBusy] = useState(false);
  const [refusal, refuse] = useState<string | null>(null);

  async function run(work: () => Promise<void>): Promise<void> {
    setBusy(true);
    refuse(null);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiProblem || error instanceof ApiSilence)) throw error;
      if (error instanceof ApiSilence) refuse(silentWords ?? t('serverSilent'));
      else refuse(error.fields[0]?.message ?? error.title);
    } finally {
      setBusy(false);
    }
  }

  return { busy, refusal, run, refuse };
}
