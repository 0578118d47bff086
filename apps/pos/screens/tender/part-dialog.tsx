import { formatMoney } from '@zhanggui/base';
import { useText } from '../../texts.ts';
import { AmountDialog } from './amount-dialog.tsx';

interface PartDialogProps {
  readonly dueMinor: number;
  readonly onClose: () => void;
  readonly onChosen: (partMinor: number) => void;
}

/** How much of what is due is taken by the next payment: a sum, or an equal share. */
export function PartDialog({ dueMinor, onClose, onChosen }: PartDialogProps) {
  const t = useText();
  const share = (parts: number, label: string) => ({
    id: `share-${parts}`,
    label,
    minor: Math.ceil(dueMinor / parts),
  });
  return (
    <AmountDialog
      name="part"
      title={t('partTitle')}
      wholeMinor={dueMinor}
      mostMinor={dueMinor}
      shares={[share(1, t('partAll')), share(2, t('partHalf')), share(3, t('partThird'))]}
      under={(minor) => t('partLeft', { amount: formatMoney(dueMinor - minor) })}
      action={(minor) => t('partTake', { amount: formatMoney(minor) })}
      onTaken={onChosen}
      onShare={onChosen}
      onClose={onClose}
    />
  );
}
