import { StateBar } from '@zhanggui/ui/state-bar.tsx';

/** Why something was not done; nothing where nothing was refused. */
export function Refusal({ words }: { readonly words: string | null }) {
  if (words === null) return null;
  return (
    <StateBar tone="failed" icon="alert" role="alert">
      {words}
    </StateBar>
  );
}
