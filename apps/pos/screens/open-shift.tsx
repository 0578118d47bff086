import { ApiProblem } from '@zhanggui/ui/api-client.ts';
import { Gate } from '@zhanggui/ui/gate.tsx';
import { Segmented } from '@zhanggui/ui/segmented.tsx';
import { api } from '../api.ts';
import { useCommand } from '../controller/use-command.ts';
import { useCommandKey } from '../controller/use-command-key.ts';
import { useText } from '../texts.ts';
import type { Shift, Till } from '../till/contract.ts';
import { CashCount } from './cash-count.tsx';
import { Refusal } from './refusal.tsx';

interface OpenShiftProps {
  readonly tills: readonly Till[];
  readonly till: Till;
  readonly onChoose: (tillId: string) => void;
  readonly onOpened: (shift: Shift) => void;
  /** Somebody opened a shift at this till meanwhile. */
  readonly onOpenElsewhere: () => void;
}

/** Begins the day's work at a till with the float that was counted. */
export function OpenShift({ tills, till, onChoose, onOpened, onOpenElsewhere }: OpenShiftProps) {
  const t = useText();
  const { busy, refusal, run } = useCommand();
  const keyFor = useCommandKey();

  async function open(floatMinor: number): Promise<void> {
    const body = { tillId: till.id, floatMinor };
    try {
      onOpened(await api.send<Shift>('POST', '/shifts', body, { idempotencyKey: keyFor(body) }));
    } catch (error) {
      if (error instanceof ApiProblem && error.code === 'shift-already-open') onOpenElsewhere();
      throw error;
    }
  }

  return (
    <Gate title={t('openShiftTitle')} wide>
      <CashCount
        label={t('float')}
        action={t('openShift')}
        busy={busy}
        testId="open-shift"
        onCounted={(minor) => void run(() => open(minor))}
      >
        <p>{t('openShiftHint')}</p>
        {tills.length > 1 && (
          <Segmented
            label={t('chooseTill')}
            value={till.id}
            options={tills.map(({ id, number }) => ({ value: id, label: t('till', { number }) }))}
            onChange={onChoose}
          />
        )}
        <Refusal words={refusal} />
      </CashCount>
    </Gate>
  );
}
