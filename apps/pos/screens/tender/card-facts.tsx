import { useQuery } from '@tanstack/react-query';
import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import type { ReceiptView } from '@zhanggui/modules/sales/api.ts';
import { api } from '../../api.ts';
import { useTillState } from '../../controller/use-till.ts';
import { useText } from '../../texts.ts';

/** What the receipt says of a card beside its number, as rows of a list: application and authorization code. */
export function CardFacts({ payment }: { readonly payment: PaymentView }) {
  const t = useText();
  const token = useTillState().sale?.receiptToken ?? null;
  const receipt = useQuery({
    queryKey: ['receipt', token],
    queryFn: () => api.get<ReceiptView>(`/receipts/${encodeURIComponent(token ?? '')}`),
    enabled: token !== null && payment.batchNumber !== null,
  });
  const slip = receipt.data?.payments.find(
    ({ channelReference }) => channelReference === payment.channelReference,
  )?.slip;
  if (!slip) return null;
  return (
    <>
      {slip.applicationLabel && (
        <>
          <dt>{t('application')}</dt>
          <dd>{slip.applicationLabel}</dd>
        </>
      )}
      {slip.authorizationCode && (
        <>
          <dt>{t('authorizationCode')}</dt>
          <dd>{slip.authorizationCode}</dd>
        </>
      )}
    </>
  );
}
