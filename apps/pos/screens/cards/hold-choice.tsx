import { Button } from '@zhanggui/ui/button.tsx';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { EmptyState } from '@zhanggui/ui/empty-state.tsx';
import './cards.css';
import { HoldFacts, useOpenHolds } from './holds.tsx';
import { useText } from './texts.ts';

interface HoldChoiceProps {
  /** What is to be taken. */
  readonly amountMinor: number;
  readonly onClose: () => void;
  readonly onChosen: (preAuthorizationId: string) => void;
}

/** Chooses the pre-authorization with which a sale is paid. */
export function HoldChoice({ amountMinor, onClose, onChosen }: HoldChoiceProps) {
  const t = useText();
  const holds = useOpenHolds();
  const open = holds.data?.filter(({ standing }) => standing === 'open') ?? [];
  return (
    <Dialog onClose={onClose} title={t('chooseHold')} testId="hold-choice">
      <div className="cards">
        {open.length === 0 && <EmptyState icon="card" title={holds.isPending ? t('loading') : t('noHolds')} />}
        <ul className="holds">
          {open.map((hold) => (
            <li key={hold.id}>
              <HoldFacts hold={hold} />
              <Button
                kind="primary"
                disabled={amountMinor > hold.largestCompletionMinor}
                onClick={() => onChosen(hold.id)}
                data-testid="complete-hold"
              >
                {amountMinor > hold.largestCompletionMinor ? t('tooMuch') : t('complete')}
              </Button>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
