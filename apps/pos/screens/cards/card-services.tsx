import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { Segmented } from '@zhanggui/ui/segmented.tsx';
import { useState } from 'react';
import { BatchClose } from './batch-close.tsx';
import { CardBalance } from './card-balance.tsx';
import './cards.css';
import { Holds } from './holds.tsx';
import { useText } from './texts.ts';

type Service = 'holds' | 'balance' | 'batch';

/** What a terminal does with cards beside sales: reserve money, tell a balance, close the batch. */
export function CardServices({ onClose }: { readonly onClose: () => void }) {
  const t = useText();
  const [service, setService] = useState<Service>('holds');
  return (
    <Dialog onClose={onClose} title={t('title')} width="wide" testId="card-services">
      <div className="cards">
        <Segmented<Service>
          label={t('title')}
          value={service}
          options={[
            { value: 'holds', label: t('holds') },
            { value: 'balance', label: t('balance') },
            { value: 'batch', label: t('batch') },
          ]}
          onChange={setService}
        />
        {service === 'holds' && <Holds />}
        {service === 'balance' && <CardBalance />}
        {service === 'batch' && <BatchClose />}
      </div>
    </Dialog>
  );
}
