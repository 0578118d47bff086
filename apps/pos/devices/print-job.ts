import type { CardSlip, SignatureView } from '@zhanggui/modules/payments/api.ts';
import type { ReceiptView } from '@zhanggui/modules/sales/api.ts';

/** A one-bit picture, its bytes in Base64. */
export interface PrintedPicture {
  readonly width: number;
  readonly height: number;
  readonly dots: string;
}

type ReceiptPayment = ReceiptView['payments'][number];

export interface PrintOptions {
  readonly language: 'zh' | 'en';
  /** Where the electronic receipt opens. */
  readonly link: string;
  /** A drawn signature as dots. */
  readonly picture: (signatureUrl: string) => Promise<PrintedPicture | null>;
}

/** What the agent is sent for a receipt: the sale, and the slip of each card that paid. */
export async function printJobOf(receipt: ReceiptView, { language, link, picture }: PrintOptions): Promise<object> {
  const payments = await Promise.all(
    receipt.payments.map(async (payment) => ({
      ...payment,
      card: slipOf(payment, {
        receipt,
        operator: (language === 'en' && receipt.staffNameEn) || receipt.staffName,
        signature: payment.signatureUrl === null ? null : await picture(payment.signatureUrl),
      }),
    })),
  );
  return { language, link, receipt: { ...receipt, payments } };
}

interface SlipParts {
  readonly receipt: ReceiptView;
  readonly operator: string;
  readonly signature: PrintedPicture | null;
}

/** A payment whose way of reading is not known has no slip, and says its account and reference only. */
function slipOf(payment: ReceiptPayment, { receipt, operator, signature }: SlipParts): object | null {
  const { slip, maskedInstrument } = payment;
  if (slip === null || slip.entryMode === null || maskedInstrument === null) return null;
  return {
    merchantName: slip.merchantName ?? receipt.merchantName,
    merchantNumber: slip.acceptorId,
    terminalNumber: slip.terminalId,
    operator,
    acquirer: slip.acquirerId,
    issuer: slip.issuer,
    maskedPan: maskedInstrument,
    entryMode: slip.entryMode,
    type: { zh: '消费', en: 'SALE' },
    batch: slip.batchNumber,
    trace: slip.traceNumber,
    originalTrace: null,
    reference: slip.reference,
    authorizationCode: slip.authorizationCode,
    at: payment.at,
    amountMinor: payment.amountMinor,
    tipMinor: slip.tipMinor,
    currency: receipt.currency,
    chip: slip.applicationId === null ? null : chipOf(slip, slip.applicationId),
    cvm: slip.verification ?? 'none',
    signature,
  };
}

/** Empty fields are not printed. */
function chipOf({ applicationLabel, certificate, verificationResults }: CardSlip, aid: string): object {
  return { aid, label: applicationLabel ?? '', tc: certificate ?? '', tvr: verificationResults ?? '' };
}

/** Dots of a paper of 58 mm, with room at both sides. */
const SIGNATURE_DOTS = 320;

/** Draws a signature and takes its dots, row by row, the highest bit left. */
export function signaturePicture({ width, height, path }: SignatureView): PrintedPicture | null {
  const scale = SIGNATURE_DOTS / Math.max(width, 1);
  const size = { width: SIGNATURE_DOTS, height: Math.max(1, Math.min(600, Math.round(height * scale))) };
  const canvas = Object.assign(document.createElement('canvas'), size);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return null;
  context.scale(scale, scale);
  context.lineWidth = 3 / scale;
  context.lineCap = 'round';
  context.stroke(new Path2D(path));
  const { data } = context.getImageData(0, 0, size.width, size.height);
  const dots = new Uint8Array((size.width / 8) * size.height);
  const HALF = 128;
  for (let dot = 0; dot < size.width * size.height; dot += 1)
    if ((data[dot * 4 + 3] ?? 0) >= HALF) dots[dot >> 3] = (dots[dot >> 3] ?? 0) | (0x80 >> (dot & 7));
  return { ...size, dots: btoa(String.fromCharCode(...dots)) };
}
