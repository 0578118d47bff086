import { describe, expect, it } from 'vitest';
import { hrefOf, type Place, placeOf, queryOf } from './routes.ts';

describe('addresses of the console', () => {
  const places: readonly (readonly [string, Place])[] = [
    ['#/', { page: 'today' }],
    ['#/?on=2026-11-15', { page: 'today', on: '2026-11-15' }],
    ['#/payments', { page: 'payments' }],
    [
      '#/payments?on=2026-11-22&method=wechat&result=failed',
      { page: 'payments', on: '2026-11-22', method: 'wechat', result: 'failed' },
    ],
    ['#/payments/pay_1', { page: 'payment', id: 'pay_1' }],
    ['#/ledger', { page: 'ledger' }],
    ['#/ledger/till%3Atill_1%3Adrawer', { page: 'account', id: 'till:till_1:drawer' }],
    ['#/keys', { page: 'keys' }],
    ['#/keys?view=audit', { page: 'keys', view: 'audit' }],
    ['#/links', { page: 'links' }],
    ['#/links?view=codes', { page: 'links', view: 'codes' }],
    ['#/links/till_1', { page: 'shop-code', id: 'till_1' }],
    ['#/settlement', { page: 'settlement' }],
    ['#/settlement?view=bills', { page: 'settlement', view: 'bills' }],
    ['#/channels', { page: 'channels' }],
    ['#/channels?view=acquirers', { page: 'channels', view: 'acquirers' }],
    ['#/bench', { page: 'bench' }],
  ];

  it.each(places)('%s is read and written the same', (hash, place) => {
    expect(placeOf(hash)).toEqual(place);
    expect(hrefOf(place)).toBe(hash);
  });

  it.each(['', '#', '#/elsewhere', '#/%E0%A4%A'])('"%s" leads to the first page', (hash) => {
    expect(placeOf(hash)).toEqual({ page: 'today' });
  });

  it('leaves out what a filter does not know', () => {
    expect(placeOf('#/payments?on=yesterday&result=maybe&method=')).toEqual({ page: 'payments' });
    expect(placeOf('#/payments?on=2026-13-45')).toEqual({ page: 'payments' });
  });

  it('writes only the values that are given', () => {
    expect(queryOf({ on: undefined, limit: 50 })).toBe('?limit=50');
    expect(queryOf({ on: undefined })).toBe('');
    expect(queryOf({ cursor: '17 pay_1' })).toBe('?cursor=17+pay_1');
  });
});
