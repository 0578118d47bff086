import type { AcceptanceDevice } from '@zhanggui/modules/payments/method.ts';
import { describe, expect, test } from 'vitest';
import { walletPayment } from '../../../test/support/scripted-wallet.ts';
import { readWechatAccount, type WechatAccount } from './account.ts';
import { codepayBody, orderBody } from './bodies.ts';

const payment = walletPayment({ subject: '掌柜', channelData: { outTradeNo: 'A12345' } });
const device: AcceptanceDevice = {
  deviceType: '10',
  serialNumber: 'ZG00000001',
  networkLicense: 'P3100',
  appVersion: '1.0.0   ',
  location: '+30.66/+104.06',
  ip: '10.0.0.7',
};

function account(settings: Readonly<Record<string, string>> = {}): WechatAccount {
  const needed = { baseUrl: 'https://x', appId: 'wx1', mchId: '19', serialNo: 'AB', deviceIp: '127.0.0.1' };
  const secrets = { privateKeyPem: 'key', apiV3Key: '0'.repeat(32) };
  return readWechatAccount({ methodId: 'wechat', settings: { ...needed, ...settings }, secrets });
}

const order = { notifyUrl: 'https://shop/n', expiresAt: Date.parse('2026-11-23T01:02:03Z'), payer: null };

describe('what a request says of the device', () => {
  test('is the registered one, or the till and the configured address', () => {
    expect(codepayBody(account(), payment, device, 'c').scene_info).toMatchObject({
      device_id: 'ZG00000001',
      device_ip: '10.0.0.7',
    });
    expect(codepayBody(account(), payment, null, 'c').scene_info).toMatchObject({
      device_id: 'till_1',
      device_ip: '127.0.0.1',
    });
  });

  test('has other names in an order than in a payment by code', () => {
    const ids = account({ storeId: 'W9', storeOutId: 'S1' });
    expect(codepayBody(ids, payment, device, 'c').scene_info).toMatchObject({ store_info: { id: 'W9', out_id: 'S1' } });
    expect(orderBody(ids, payment, device, order).scene_info).toEqual({
      payer_client_ip: '10.0.0.7',
      device_id: 'ZG00000001',
      store_info: { id: 'S1' },
    });
  });
});

test('a shop whose name holds an emoji can still take money: the interface takes none', () => {
  const named = (subject: string) => codepayBody(account(), { ...payment, subject }, null, 'c').description;
  expect(named('奶茶🧋 Tea')).toBe('奶茶□ Tea');
  expect(named('🧋'.repeat(60))).toBe('□'.repeat(40));
});

describe('who asks for money', () => {
  test('a direct merchant', () => {
    const body = orderBody(account(), payment, null, { ...order, payer: 'oABC' });
    expect(body).toMatchObject({ appid: 'wx1', mchid: '19', payer: { openid: 'oABC' } });
    expect(body).toMatchObject({ time_expire: '2026-11-23T09:02:03+08:00', notify_url: 'https://shop/n' });
    expect(body).not.toHaveProperty('sp_mchid');
  });

  test('a service provider, for a merchant with an app of its own or without', () => {
    const without = orderBody(account({ subMchId: '20' }), payment, null, { ...order, payer: 'oABC' });
    expect(without).toMatchObject({ sp_appid: 'wx1', sp_mchid: '19', sub_mchid: '20', payer: { sp_openid: 'oABC' } });
    expect(without).not.toHaveProperty('mchid');
    const own = orderBody(account({ subMchId: '20', subAppId: 'wx2' }), payment, null, { ...order, payer: 'oABC' });
    expect(own).toMatchObject({ sub_appid: 'wx2', payer: { sub_openid: 'oABC' } });
  });
});

test('an order says that it comes from a printed code, and no other says so', () => {
  const printed = { ...payment, channelData: { ...payment.channelData, staticCode: true } };
  expect(orderBody(account(), printed, null, { ...order, payer: 'oABC' })).toMatchObject({ attach: 'static-code' });
  expect(orderBody(account(), payment, null, { ...order, payer: 'oABC' })).not.toHaveProperty('attach');
});
