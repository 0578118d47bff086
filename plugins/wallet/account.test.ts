import type { AcceptanceDevice } from '@zhanggui/modules/payments/method.ts';
import { describe, expect, test } from 'vitest';
import { AccountReader, terminalOf, unregistered } from './account.ts';

const device: AcceptanceDevice = {
  deviceType: '10',
  serialNumber: 'SN0001',
  networkLicense: 'P3100',
  appVersion: '1.2     ',
  location: '+30.66/+104.06',
  ip: '203.0.113.9',
};

describe('terminal_info', () => {
  test('is of the registered device, latitude first, its version eight characters long', () => {
    expect(terminalOf('ecny', device, unregistered({ deviceIp: '127.0.0.1' }))).toEqual({
      device_type: '10',
      serial_num: 'SN0001',
      network_license: 'P3100',
      app_version: '1.2     ',
      location: '+30.66/+104.06',
      device_ip: '203.0.113.9',
    });
  });

  test('of a till without one is an auxiliary device at the address of the shop', () => {
    expect(terminalOf('ecny', null, unregistered({ deviceIp: '127.0.0.1' }))).toEqual({
      device_type: '11',
      device_ip: '127.0.0.1',
    });
  });

  test.each([
    ['the address of the shop', null, 'terminal.device_ip'],
    ['a longitude in the place of the latitude', { ...device, location: '+104.06/+30.66' }, 'terminal.location'],
    ['a scanner without its serial number', { ...device, serialNumber: '' }, 'terminal.serial_num'],
  ])('names what is malformed: %s', (_, registered, setting) => {
    const read = () => terminalOf('ecny', registered, unregistered({ deviceIp: 'the shop' }));
    expect(read).toThrow(
      expect.objectContaining({ code: 'channel-not-configured', params: { method: 'ecny', setting } }),
    );
  });
});

describe('an account', () => {
  const account = new AccountReader('ecny', {
    methodId: 'ecny',
    settings: { baseUrl: 'https://x', empty: '', 'key.01': 'A', 'key.02': 'B', keys: 'C' },
    secrets: { privateKeyPem: 'P', blank: '' },
  });

  test('names the setting or secret that is missing; an empty one is', () => {
    expect(account.setting('baseUrl')).toBe('https://x');
    for (const read of [() => account.setting('empty'), () => account.secret('blank')])
      expect(read).toThrow(expect.objectContaining({ code: 'channel-not-configured' }));
    expect([account.optional('empty'), account.optionalSecret('blank')]).toEqual([undefined, undefined]);
  });

  test('holds several keys side by side, by serial', () => {
    expect([...account.bySerial('key')]).toEqual([
      ['01', 'A'],
      ['02', 'B'],
    ]);
  });
});
