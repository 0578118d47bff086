import { formatMoney } from '@zhanggui/base';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { chargeNow } from '../../controller/scan-handler.ts';
import { useSetting, useTillState } from '../../controller/use-till.ts';
import { useText } from '../../texts.ts';
import { dueMinor } from '../../till/state.ts';

/** Says what may be scanned now; with something due, also takes it with one tap where a method offers that. */
export function ScanStrip({ typed }: { readonly typed: string }) {
  const t = useText();
  const { methods, controller } = useSetting();
  const due = dueMinor(useTillState());
  const takesCodes = methods.some(({ screen }) => screen.wallets !== undefined);
  return (
    <div className="scan-strip">
      <Icon name="scan" size={26} />
      <p>
        <b>{t('scanAnytime')}</b>
        <span>{due > 0 && takesCodes ? t('scanToCharge', { amount: formatMoney(due) }) : t('scanHint')}</span>
      </p>
      {due > 0 &&
        methods.map(
          ({ id, screen: { QuickTender } }) =>
            QuickTender && (
              <QuickTender
                key={id}
                dueMinor={due}
                currency="CNY"
                typed={typed}
                submit={(credential, amountMinor) => chargeNow(controller, id, credential, amountMinor)}
              />
            ),
        )}
    </div>
  );
}
