import { fromHex, toHex } from '@zhanggui/base';
import { describe, expect, it } from 'vitest';
import { columnsOf, printable, wrap } from './characters.ts';
import {
  batchSlip,
  cardSlip,
  createGb18030Encoder,
  drawerKick,
  PAPER,
  type PaperWidth,
  type ReceiptDocument,
  readEscPos,
  saleReceipt,
  toEscPos,
  toSvg,
  toText,
} from './index.ts';
import { A_RECEIPT, A_SIGNATURE, A_SLIP } from './testing.ts';

const decoder = new TextDecoder('gb18030');
const decode = (bytes: Uint8Array): string => decoder.decode(bytes);
const encoder = createGb18030Encoder(decode);
const PAPERS: readonly PaperWidth[] = [58, 80];

describe('GB18030', () => {
  it.each([
    ['掌柜', 'D5C6B9F1'],
    ['￥12.30', 'A3A431322E3330'],
    ['€', 'A2E3'],
    ['ü', 'A8B9'],
    ['é', 'A8A6'],
    ['\u{20000}', '95328236'],
    ['€ü·—', 'A2E3A8B9A1A4A1AA'],
    ['\u0080', '81308130'],
    ['\uffff', '8431A439'],
    ['\ud800', '3F'],
  ])('writes %s as %s', (text, hex) => {
    expect(toHex(encoder.encode(text))).toBe(hex);
  });

  it('gives back every character of the first planes that the platform decodes', () => {
    for (let first = 0xa0; first < 0x2ffff; first += 0x1000) {
      const codePoints = Array.from({ length: 64 }, (_, index) => first + index * 61);
      const text = String.fromCodePoint(...codePoints.filter((one) => one < 0xd800 || (one > 0xf8ff && one < 0x2ffff)));
      expect(decode(encoder.encode(text))).toBe(text);
    }
  });
});

describe('characters on paper', () => {
  it('counts two columns for what is not ASCII', () => {
    expect(columnsOf('山泉水 550ml')).toBe(12);
  });

  it('lets no name give the printer a command', () => {
    expect(printable('水\u001bp\u0000\u0019\u00fa')).toBe('水 p ú');
    expect(printable('a\nb\u009b')).toBe('a b ');
  });

  it('takes the yen sign in full width', () => {
    expect(printable('¥5 −1 6222 •••• 0018')).toBe('￥5 -1 6222 **** 0018');
  });

  it('breaks at spaces, between Chinese characters, and what is longer than a line', () => {
    expect(wrap('Spring water from the hills', 12)).toEqual(['Spring water', 'from the', 'hills']);
    expect(wrap('山泉水山泉水', 8)).toEqual(['山泉水山', '泉水']);
    expect(wrap('A0000003330101020304', 8)).toEqual(['A0000003', '33010102', '0304']);
    expect(wrap('', 8)).toEqual(['']);
  });
});

const DOCUMENTS: readonly (readonly [string, ReceiptDocument])[] = [
  ['a sale in Chinese', saleReceipt(A_RECEIPT, { language: 'zh', link: 'https://shop.example/r/abc' })],
  ['a sale in English', saleReceipt(A_RECEIPT, { language: 'en' })],
  ['a card slip', cardSlip({ ...A_SLIP, signature: A_SIGNATURE }, { language: 'zh', copy: 'merchant' })],
  ['a card slip in English', cardSlip(A_SLIP, { language: 'en', copy: 'cardholder', reprint: true })],
];

describe.each(PAPERS)('paper of %i mm', (paper) => {
  const { columns } = PAPER[paper];

  it.each(DOCUMENTS)('holds every line of %s', (_name, document) => {
    for (const line of toText(document, columns).split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(columns);
  });

  it.each(DOCUMENTS)('says the same in commands as in text: %s', (_name, document) => {
    const printed = readEscPos(toEscPos(document, { columns, encoder }), decode);
    const lines = printed.flatMap((action) => {
      if (action.kind === 'line') return [action.text];
      if (action.kind === 'qr') return [action.content];
      return action.kind === 'cut' ? ['\f'] : [];
    });
    expect(`${lines.join('\n')}\n`).toBe(toText(document, columns));
  });
});

describe('a receipt of a sale', () => {
  it('is set like this on 58 mm', () => {
    expect(toText(saleReceipt(A_RECEIPT, { language: 'zh' }), 32)).toBe(
      [
        '    人民路店',
        '        掌柜商贸有限公司',
        '            购物小票',
        '--------------------------------',
        '单号               20261123-0042',
        '时间         2026-11-23 09:30:05',
        '收银台 1             收银员 李雷',
        '--------------------------------',
        '山泉水 550ml',
        '  2.00 x 2                  4.00',
        '红富士苹果',
        '  9.80/kg x 1.255kg        12.30',
        '--------------------------------',
        '小计                     ￥16.30',
        '抹零                     -￥0.30',
        '合计     ￥16.00',
        '现金                     ￥16.00',
        '  实收                   ￥20.00',
        '  找零                    ￥4.00',
        '--------------------------------',
        '            谢谢光临',
        '',
        '\f',
        '',
      ].join('\n'),
    );
  });

  it('says what was refunded and what is not certain', () => {
    const [cash] = A_RECEIPT.payments;
    if (cash === undefined) throw new Error('the sale has a payment');
    const payments = [{ ...cash, result: 'pending', channelReference: '4200001', maskedInstrument: '零钱' }];
    const refunds = [{ amountMinor: 500, createdAt: '2026-11-23T02:00:00.000Z' }];
    const text = toText(saleReceipt({ ...A_RECEIPT, payments, refunds }, { language: 'en' }), 48);
    expect(text).toMatch(/^Till 1 +Cashier Li Lei$/m);
    for (const words of ['Cash (not yet confirmed)', '4200001', 'Refunded', '-￥5.00', '2026-11-23 10:00:00'])
      expect(text).toContain(words);
  });
});

describe('a card slip', () => {
  const text = toText(cardSlip(A_SLIP, { language: 'zh', copy: 'merchant' }), 32);

  it.each([
    '掌柜便利店（人民路店）',
    '898210154110002',
    'W1489524',
    '622202******0018',
    '消费 SALE',
    '000012',
    '000345',
    '112309300045',
    'A1B2C3',
    '2026/11/23 09:30:05',
    '￥1,288.50',
    'A000000333010102',
    '0123456789ABCDEF',
    '0000008000',
    '持卡人签名',
    '商户存根',
  ])('shows %s', (words) => {
    expect(text).toContain(words);
  });

  it.each(['6222021234560018', '62220212****0018x', '622202123****0018', '6222021234'])(
    'refuses the number %s',
    (pan) => {
      expect(() => cardSlip({ ...A_SLIP, maskedPan: pan }, { language: 'zh', copy: 'merchant' })).toThrow(RangeError);
    },
  );

  it('says how the cardholder was verified instead of asking for a signature', () => {
    const slip = (cvm: typeof A_SLIP.cvm) =>
      toText(cardSlip({ ...A_SLIP, cvm }, { language: 'en', copy: 'merchant' }), 48);
    expect(slip('online-pin')).toContain('PIN VERIFIED');
    expect(slip('none')).toContain('NO SIGNATURE REQUIRED');
    expect(slip('device')).toContain('CARDHOLDER DEVICE');
    expect(slip('none')).not.toContain("Cardholder's signature");
  });

  it('prints the signature that was drawn on the screen', () => {
    const document = cardSlip({ ...A_SLIP, signature: A_SIGNATURE }, { language: 'zh', copy: 'cardholder' });
    const printed = readEscPos(toEscPos(document, { columns: 32, encoder }), decode);
    expect(printed).toContainEqual({ kind: 'image', width: 16, height: 8 });
    expect(toSvg(document, 32)).toContain('M184 ');
  });
});

describe('the slip of a batch', () => {
  it('says totals, net and whether the acquirer agrees', () => {
    const text = toText(
      batchSlip(
        {
          ...A_SLIP,
          closedAt: '2026-11-23T14:00:00.000Z',
          balanced: true,
          debits: { count: 12, amountMinor: 120_000 },
          credits: { count: 2, amountMinor: 5000 },
          parts: [{ title: { zh: '银联', en: 'UnionPay' }, count: 12, amountMinor: 120_000 }],
        },
        'zh',
      ),
      32,
    );
    for (const words of ['对账平', '银联', '12 笔', '￥1,200.00', '2 笔', '￥50.00', '￥1,150.00', '000012'])
      expect(text).toContain(words);
  });
});

describe('commands of the printer', () => {
  it('are these bytes', () => {
    const document: ReceiptDocument = [
      { kind: 'text', text: '掌柜', align: 'center', style: { double: true, bold: true } },
      { kind: 'pair', left: 'A', right: '¥1' },
      { kind: 'qr', content: 'x' },
      { kind: 'image', bitmap: { width: 9, height: 2, dots: Uint8Array.of(0x80, 0x80, 0x7f, 0) } },
      { kind: 'cut' },
    ];
    expect(toHex(toEscPos(document, { columns: 16, encoder }))).toBe(
      toHex(
        fromHex(
          [
            '1B40 1C26',
            '1B4501 1D2111 1C210C 2020 D5C6B9F1 0A',
            `1B4500 1D2100 1C2100 41 ${'20'.repeat(12)} A3A4 31 0A`,
            '1B6101 1D286B0400314132001D286B030031430 61D286B0300314531 1D286B0400315030 78 1D286B0300315130 1B6100',
            '1B6101 1D76300002000200 80807F00 1B6100',
            '1D564200',
          ]
            .join('')
            .replaceAll(' ', ''),
        ),
      ),
    );
  });

  it('open the drawer', () => {
    expect(toHex(drawerKick())).toBe('1B700019FA');
    expect(readEscPos(drawerKick(), decode)).toEqual([{ kind: 'drawer' }]);
  });

  it('are refused by the reader where it does not know them', () => {
    expect(() => readEscPos(fromHex('1B7A00'), decode)).toThrow(/offset 0/);
    expect(() => readEscPos(fromHex('4142'), decode)).toThrow(/without an end/);
  });

  it('refuse a picture whose dots do not fit its size', () => {
    const bitmap = { width: 9, height: 2, dots: Uint8Array.of(0) };
    expect(() => toEscPos([{ kind: 'image', bitmap }], { columns: 32, encoder })).toThrow(RangeError);
  });
});

describe('the picture of a receipt', () => {
  it('escapes what is XML and puts characters on the grid', () => {
    const svg = toSvg([{ kind: 'text', text: 'A<&水>b' }], 32);
    expect(svg).toContain('>A&lt;&amp;水&gt;b</text>');
    expect(svg).toContain('x="0 12 24 36 60 72"');
  });
});
