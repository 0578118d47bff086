import { formatMoney } from '@zhanggui/base';
import type { CardSlip, SignatureView } from '@zhanggui/modules/payments/api.ts';
import { ApiProblem, ApiSilence, createApiClient } from '@zhanggui/ui/api-client.ts';
import { currentLanguage } from '@zhanggui/ui/language.ts';
import { defineTexts } from '@zhanggui/ui/texts.ts';
import { useEffect, useState } from 'react';

const { useText } = defineTexts(
  'card-slip',
  {
    terminal: '终端号 {{number}}',
    batch: '批次 {{batch}} · 凭证 {{trace}}',
    code: '授权码 {{code}}',
    application: '应用 {{label}}',
    issuer: '发卡行 {{code}}',
    how_swipe: '刷卡',
    how_chip: '插卡',
    how_contactless: '挥卡',
    how_fallback: '降级刷卡',
    how_code: '扫码',
    tip: '小费 {{amount}}',
    phone: '手机',
    proof_none: '免密免签',
    'proof_online-pin': '联机密码',
    'proof_offline-pin': '脱机密码',
    proof_signature: '签名',
    proof_device: '手机验证',
    signature: '持卡人签名',
    provisional: '脱机批准，待银行确认',
    tipPending: '小费待银行确认',
  },
  {
    terminal: 'Terminal {{number}}',
    batch: 'Batch {{batch}} · trace {{trace}}',
    code: 'Authorization {{code}}',
    application: 'Application {{label}}',
    issuer: 'Issuer {{code}}',
    how_swipe: 'Swiped',
    how_chip: 'Chip',
    how_contactless: 'Contactless',
    how_fallback: 'Swiped, the chip had failed',
    how_code: 'Code scanned',
    tip: 'Tip {{amount}}',
    phone: 'phone',
    proof_none: 'no PIN, no signature',
    'proof_online-pin': 'PIN checked by the bank',
    'proof_offline-pin': 'PIN checked by the card',
    proof_signature: 'signature',
    proof_device: 'checked on the phone',
    signature: "Cardholder's signature",
    provisional: 'approved offline, not yet accepted by the bank',
    tipPending: 'the bank has yet to confirm the tip',
  },
);

const api = createApiClient({ base: '/api/v1', language: currentLanguage });

interface CardSlipLinesProps {
  readonly slip: CardSlip;
  readonly provisional: boolean;
  readonly signatureUrl: string | null;
}

/** What a card slip says under a payment: terminal, batch and trace, how the card was read and its holder proved. */
export function CardSlipLines({ slip, provisional, signatureUrl }: CardSlipLinesProps) {
  const t = useText();
  const how = slip.entryMode === null ? [] : [t(`how_${slip.entryMode}`)];
  const device = slip.device === 'phone' ? [t('phone')] : [];
  const proof = slip.verification === null ? [] : [t(`proof_${slip.verification}`)];
  const proofs = [
    ...(slip.certificate === null ? [] : [`TC ${slip.certificate}`]),
    ...(slip.verificationResults === null ? [] : [`TVR ${slip.verificationResults}`]),
  ];
  return (
    <>
      <small>
        {t('terminal', { number: slip.terminalId })} ·{' '}
        {t('batch', { batch: slip.batchNumber, trace: slip.traceNumber })}
      </small>
      {slip.authorizationCode && <small>{t('code', { code: slip.authorizationCode })}</small>}
      {slip.applicationLabel && (
        <small>
          {t('application', { label: slip.applicationLabel })}
          {slip.applicationId && ` · AID ${slip.applicationId}`}
        </small>
      )}
      {proofs.length > 0 && <small>{proofs.join(' · ')}</small>}
      {slip.issuer && <small>{t('issuer', { code: slip.issuer })}</small>}
      {how.length > 0 && <small>{[...how, ...device, ...proof].join(' · ')}</small>}
      {slip.tipMinor > 0 && <small>{t('tip', { amount: formatMoney(slip.tipMinor) })}</small>}
      {provisional && <small>{t(slip.tipMinor > 0 ? 'tipPending' : 'provisional')}</small>}
      {signatureUrl !== null && <Signature url={signatureUrl} />}
    </>
  );
}

/** The drawn signature; where it cannot be loaded the receipt stands without it. */
function Signature({ url }: { readonly url: string }) {
  const t = useText();
  const [drawn, setDrawn] = useState<SignatureView | null>(null);
  useEffect(() => {
    let shown = true;
    api
      .get<SignatureView>(url)
      .then((view) => {
        if (shown) setDrawn(view);
      })
      .catch((error: unknown) => {
        if (!(error instanceof ApiProblem || error instanceof ApiSilence)) throw error;
      });
    return () => {
      shown = false;
    };
  }, [url]);
  if (drawn === null) return null;
  const { width, height, path } = drawn;
  return (
    <figure className="receipt-signature">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={t('signature')}>
        <path d={path} />
      </svg>
      <figcaption>{t('signature')}</figcaption>
    </figure>
  );
}
