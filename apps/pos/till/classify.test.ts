import { gtinCheckDigit } from '@zhanggui/identifiers';
import { encodeConsumerPresented } from '@zhanggui/qr';
import { describe, expect, it } from 'vitest';
import { indexCatalog, searchItems } from './catalog-index.ts';
import { classifyScan, type ScanKnowledge, USUAL_MEASURE_RULES } from './classify.ts';
import { BROCCOLI, NOODLES, TEST_CATALOG, WATER } from './test-shop.ts';

const knowledge: ScanKnowledge = {
  index: indexCatalog(TEST_CATALOG),
  somethingDue: true,
  measureRules: USUAL_MEASURE_RULES,
  methodOfWallet: (wallet) => (wallet === 'wechat' || wallet === 'alipay' ? wallet : undefined),
};
const emptyCart: ScanKnowledge = { ...knowledge, somethingDue: false };

function labelled(body: string): string {
  return body + gtinCheckDigit(body);
}

describe('a payment code', () => {
  it.each([
    ['134567890123456789', 'wechat'],
    ['281234567890123456', 'alipay'],
    ['3012345678901234', 'alipay'],
  ])('%s is taken to its wallet when something is due', (code, method) => {
    expect(classifyScan(code, knowledge)).toEqual({ kind: 'payment-code', method, code });
  });

  it('of a wallet that the shop does not take is said to be so, and not shown', () => {
    expect(classifyScan('6212345678901234567', knowledge)).toEqual({ kind: 'payment-code-unsupported' });
    expect(classifyScan('181234567890123456', knowledge)).toEqual({ kind: 'payment-code-unsupported' });
  });

  it('of UnionPay and e-CNY has 19 digits, and UnionPay’s may come in the form of EMVCo', () => {
    const all = { ...knowledge, methodOfWallet: (wallet: string) => `takes-${wallet}` };
    expect(classifyScan('6212345678901234567', all)).toMatchObject({ method: 'takes-unionpay' });
    expect(classifyScan('0112345678901234567', all)).toMatchObject({ method: 'takes-ecny' });
    const emv = encodeConsumerPresented([['61', [['4F', 'A000000333010101']]]]);
    expect(classifyScan(emv, all)).toEqual({ kind: 'payment-code', method: 'takes-unionpay', code: emv });
    const stranger = encodeConsumerPresented([['61', [['4F', 'A0000000041010']]]]);
    expect(classifyScan(stranger, all)).toEqual({ kind: 'payment-code-unsupported' });
  });

  it('before anything is on the ticket charges nobody and is not shown', () => {
    expect(classifyScan('134567890123456789', emptyCart)).toEqual({ kind: 'payment-code-early' });
  });

  it('never has 13 digits', () => {
    expect(classifyScan('1345678901234', knowledge)).toEqual({ kind: 'not-found', raw: '1345678901234' });
  });

  it('yields to a label of the shop whose check digit is right', () => {
    const rules = [
      { prefix: '28', length: 18, item: { start: 2, length: 5 }, values: [] },
    ] as const satisfies ScanKnowledge['measureRules'];
    const code = labelled('28000050000000000');
    expect(code).toHaveLength(18);
    expect(classifyScan(code, { ...knowledge, measureRules: rules })).toMatchObject({ kind: 'item', item: BROCCOLI });
    const wrong = code.slice(0, -1) + ((Number(code.at(-1)) + 1) % 10);
    expect(classifyScan(wrong, { ...knowledge, measureRules: rules })).toMatchObject({ method: 'alipay' });
  });
});

describe('our own codes', () => {
  it('open the receipt they name', () => {
    expect(classifyScan('https://shop.example/r/abcDEF0123456789_-', knowledge)).toEqual({
      kind: 'receipt',
      token: 'abcDEF0123456789_-',
    });
    expect(classifyScan('https://shop.example/r/short', knowledge).kind).toBe('not-found');
  });
});

describe('a GS1 element string', () => {
  it('gives the item of its GTIN, whatever the lot', () => {
    expect(classifyScan('0108431673020125100000001', knowledge)).toEqual({
      kind: 'item',
      item: NOODLES,
      measure: { quantity: 1, grams: null },
    });
  });

  it('gives the count of AI 30, also behind a separator', () => {
    expect(classifyScan(']d2010843167302012510LOT\u001d3006', knowledge)).toMatchObject({ measure: { quantity: 6 } });
  });

  it('with a wrong check digit or an unknown identifier is not read', () => {
    expect(classifyScan('0108431673020126100000001', knowledge).kind).toBe('not-found');
    expect(classifyScan('0108431673020125990000001', knowledge).kind).toBe('not-found');
  });
});

describe('a label of the scale', () => {
  it('with a weight gives its grams', () => {
    expect(classifyScan('2100005080002', knowledge)).toEqual({
      kind: 'item',
      item: BROCCOLI,
      measure: { quantity: 1, grams: 8000 },
    });
  });

  it('with a price gives the grams that cost so much', () => {
    expect(classifyScan(labelled('230000500612'), knowledge)).toMatchObject({ measure: { grams: 624 } });
  });

  it('with both gives the weight', () => {
    expect(classifyScan(labelled('22000050062400612'), knowledge)).toMatchObject({ measure: { grams: 624 } });
  });

  it('of an item that is not known is not found', () => {
    expect(classifyScan('2305000123451', knowledge)).toEqual({ kind: 'not-found', raw: '2305000123451' });
  });
});

describe('a barcode', () => {
  it('is found exactly, also with the zero that some scanners put in front', () => {
    expect(classifyScan('6921168509256', knowledge)).toMatchObject({ kind: 'item', item: WATER });
    expect(classifyScan('06921168509256', knowledge)).toMatchObject({ kind: 'item', item: WATER });
    expect(classifyScan('1001', emptyCart)).toMatchObject({ kind: 'item', item: WATER });
  });

  it('is never found by a part of it', () => {
    expect(classifyScan('0000', knowledge)).toEqual({ kind: 'not-found', raw: '0000' });
    expect(classifyScan('69211685', knowledge).kind).toBe('not-found');
  });

  it('of a weighed item asks for the weight', () => {
    expect(classifyScan('00005', knowledge)).toEqual({ kind: 'item', item: BROCCOLI, measure: null });
  });
});

it('shows a payment code that ran into typed keys with its middle hidden', () => {
  const scanned = classifyScan('41*134512345678901234', knowledge);
  expect(scanned).toEqual({ kind: 'not-found', raw: '41*1345**********1234' });
});

describe('a search', () => {
  const index = knowledge.index;
  it.each([
    ['农夫', [WATER]],
    ['nfs', [WATER]],
    ['NFSQ', [WATER]],
    ['spring', [WATER]],
    ['692', [WATER]],
    ['nrm', [NOODLES]],
    ['100', [WATER, NOODLES]],
    ['zzz', []],
    ['  ', []],
  ])('for %j finds what a person means', (typed, found) => {
    expect(searchItems(index, typed)).toEqual(found);
  });
});
