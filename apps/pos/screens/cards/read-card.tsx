import type { Currency } from '@zhanggui/base';
import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type { ReadPurpose } from '@zhanggui/plugins/web/method-screen.ts';
import type { OfferedMethod } from '../../controller/use-till.ts';
import { useSetting } from '../../controller/use-till.ts';
import { useCardReader } from '../../devices/till-devices.ts';

interface ReadCardProps {
  readonly method: OfferedMethod;
  readonly purpose: ReadPurpose;
  readonly amountMinor: number;
  readonly busy: boolean;
  readonly onRead: (credential: JsonObject) => void;
}

const NO_ROUNDING = { minor: 0, mayChange: false, fullMinor: 0, choose: () => undefined };

/** The method's own panel outside of a sale. */
export function ReadCard({ method, purpose, amountMinor, busy, onRead }: ReadCardProps) {
  const { session, till } = useSetting();
  const cardReader = useCardReader(till.id);
  const { Panel } = method.screen;
  return (
    <Panel
      tillId={till.id}
      amountMinor={amountMinor}
      currency={session.merchant.currency as Currency}
      busy={busy}
      rounding={NO_ROUNDING}
      cardReader={cardReader}
      purpose={purpose}
      submit={onRead}
    />
  );
}

/** The ways to pay that reserve money on an instrument that a reader reads. */
export function useCardMethod(): OfferedMethod | undefined {
  return useSetting().methods.find(({ screen }) => screen.ofHold !== undefined);
}
