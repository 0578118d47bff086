import { useQuery } from '@tanstack/react-query';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { useSetting } from '../../controller/use-till.ts';
import { batchesQuery } from './batch-close.tsx';
import { useCardMethod } from './read-card.tsx';
import { useText } from './texts.ts';

/** At the end of a shift: how many card payments the terminal has not settled with the bank. Silence tells nothing. */
export function OpenBatchHint() {
  const t = useText();
  const { till } = useSetting();
  const method = useCardMethod();
  const batches = useQuery({ ...batchesQuery(till.id), enabled: method !== undefined });
  const open = batches.data?.find(({ state }) => state === 'open');
  const count = open?.byKind.reduce((sum, kind) => sum + kind.count, 0) ?? 0;
  if (count === 0) return null;
  return (
    <StateBar tone="indigo" icon="card">
      <span data-testid="open-batch">{t('openBatch', { count })}</span>
    </StateBar>
  );
}
