import { batchSlip, cardSlip, type ReceiptDocument, type ReceiptLanguage, saleReceipt } from '@zhanggui/receipt';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';

const text = Type.String({ maxLength: 400 });
const instant = Type.String({ format: 'date-time' });
const minor = Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER });
const nullableText = Type.Union([text, Type.Null()]);
const bilingual = Type.Object({ zh: text, en: text });
const currency = Type.Union(['CNY', 'HKD', 'USD', 'EUR', 'JPY'].map((code) => Type.Literal(code)));
const nullableInteger = Type.Union([minor, Type.Null()]);
const language = Type.Union([Type.Literal('zh'), Type.Literal('en')]);

/** A picture of one bit a dot, its bytes in Base64. */
const Picture = Type.Object({
  width: Type.Integer({ minimum: 1, maximum: 576 }),
  height: Type.Integer({ minimum: 1, maximum: 1000 }),
  dots: Type.String({ maxLength: 100_000 }),
});

const Slip = Type.Object({
  merchantName: text,
  merchantNumber: text,
  terminalNumber: text,
  operator: text,
  acquirer: nullableText,
  issuer: nullableText,
  maskedPan: text,
  entryMode: Type.Union(['swipe', 'chip', 'contactless', 'fallback', 'code'].map((mode) => Type.Literal(mode))),
  type: bilingual,
  batch: text,
  trace: text,
  originalTrace: nullableText,
  reference: nullableText,
  authorizationCode: nullableText,
  at: instant,
  amountMinor: minor,
  tipMinor: Type.Optional(minor),
  currency,
  chip: Type.Union([Type.Object({ aid: text, label: text, tc: text, tvr: text }), Type.Null()]),
  cvm: Type.Union(['none', 'online-pin', 'offline-pin', 'signature', 'device'].map((cvm) => Type.Literal(cvm))),
  signature: Type.Union([Picture, Type.Null()]),
});

const Receipt = Type.Object({
  merchantName: text,
  merchantNameEn: text,
  storeName: text,
  storeNameEn: text,
  saleNumber: text,
  tillNumber: text,
  staffName: text,
  staffNameEn: text,
  createdAt: instant,
  kind: Type.Union([Type.Literal('sale'), Type.Literal('return')]),
  lines: Type.Array(
    Type.Object({
      name: text,
      nameEn: text,
      quantity: nullableInteger,
      grams: nullableInteger,
      unitPriceMinor: minor,
      amountMinor: minor,
    }),
    { maxItems: 500 },
  ),
  subtotalMinor: minor,
  roundingMinor: minor,
  totalMinor: minor,
  currency,
  payments: Type.Array(
    Type.Object({
      title: bilingual,
      amountMinor: minor,
      maskedInstrument: nullableText,
      channelReference: nullableText,
      result: text,
      changeMinor: nullableInteger,
      card: Type.Optional(Type.Union([Slip, Type.Null()])),
    }),
    { maxItems: 50 },
  ),
  refunds: Type.Array(Type.Object({ amountMinor: minor, createdAt: instant }), { maxItems: 100 }),
});

const Total = Type.Object({ count: Type.Integer({ minimum: 0 }), amountMinor: minor });

const Batch = Type.Object({
  merchantName: text,
  merchantNumber: text,
  terminalNumber: text,
  operator: text,
  acquirer: nullableText,
  batch: text,
  closedAt: instant,
  currency,
  balanced: Type.Boolean(),
  debits: Total,
  credits: Total,
  parts: Type.Array(Type.Intersect([Total, Type.Object({ title: bilingual })]), { maxItems: 50 }),
});

/** What a till may have printed. */
const PrintJob = Type.Union([
  Type.Object({ language, receipt: Receipt, link: Type.Optional(Type.String({ maxLength: 400 })) }),
  Type.Object({
    language,
    cardSlip: Slip,
    copy: Type.Union([Type.Literal('merchant'), Type.Literal('cardholder')]),
    reprint: Type.Optional(Type.Boolean()),
  }),
  Type.Object({ language, batchSlip: Batch }),
  Type.Object({ language, test: Type.Literal(true) }),
]);

const job = Compile(PrintJob);

/** The document that a till asks for; undefined when the request is not one for a document. */
export function documentOf(body: unknown): ReceiptDocument | undefined {
  if (!job.Check(body)) return undefined;
  try {
    return documentOfJob(body as Static<typeof PrintJob>);
  } catch (error) {
    // A card's number that is not masked, or a picture whose dots do not fit its size.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function documentOfJob(wanted: Static<typeof PrintJob>): ReceiptDocument {
  if ('test' in wanted) return testPage(wanted.language);
  if ('batchSlip' in wanted) return batchSlip(wanted.batchSlip as Parameters<typeof batchSlip>[0], wanted.language);
  if ('cardSlip' in wanted) {
    const { language: words, copy, reprint = false } = wanted;
    return cardSlip(slipOf(wanted.cardSlip), { language: words, copy, reprint });
  }
  const payments = wanted.receipt.payments.map(({ card, ...payment }) => ({
    ...payment,
    card: card ? slipOf(card) : null,
  }));
  const { language: words, link } = wanted;
  return saleReceipt({ ...wanted.receipt, payments } as Parameters<typeof saleReceipt>[0], {
    language: words,
    ...(link === undefined ? {} : { link }),
  });
}

function slipOf(slip: Static<typeof Slip>): Parameters<typeof cardSlip>[0] {
  const { signature } = slip;
  const bitmap = signature && { ...signature, dots: Uint8Array.from(Buffer.from(signature.dots, 'base64')) };
  return { ...slip, signature: bitmap } as Parameters<typeof cardSlip>[0];
}

/** Shows widths, sizes and both fonts. */
function testPage(words: ReceiptLanguage): ReceiptDocument {
  return [
    {
      kind: 'text',
      text: words === 'en' ? 'Test print' : '打印测试',
      align: 'center',
      style: { double: true, bold: true },
    },
    { kind: 'rule' },
    { kind: 'pair', left: '掌柜 Zhanggui', right: '￥1,234.56' },
    { kind: 'text', text: '永和九年，岁在癸丑，暮春之初，会于会稽山阴之兰亭，修禊事也。' },
    { kind: 'text', text: 'The quick brown fox jumps over the lazy dog. 0123456789' },
    { kind: 'pair', left: '合计 TOTAL', right: '￥99.00', style: { double: true, bold: true } },
    { kind: 'qr', content: 'https://zhanggui.example/test' },
    { kind: 'space', lines: 1 },
    { kind: 'cut' },
  ];
}
