import { Button } from '@zhanggui/ui/button.tsx';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { api } from '../api.ts';
import { printReceipt } from './print-sales.ts';
import { useDeviceText } from './texts.ts';
import { devicesOf, useDevices } from './till-devices.ts';

interface PrintTroubleBarProps {
  readonly tillId: string;
  readonly token: string | null;
}

/** Says that the receipt did not come out, with another try. */
export function PrintTroubleBar({ tillId, token }: PrintTroubleBarProps) {
  const t = useDeviceText();
  const { trouble, pairing } = useDevices(tillId);
  if (trouble === null || pairing === null) return null;
  return (
    <StateBar tone="waiting" icon="alert" role="alert">
      <span className="devices-trouble">
        {t(`trouble_${trouble}`)}
        {token !== null && (
          <Button
            icon="print"
            onClick={() => void printReceipt(api, devicesOf(tillId), token)}
            data-testid="print-again"
          >
            {t('printAgain')}
          </Button>
        )}
      </span>
    </StateBar>
  );
}
