import { describe, expect, test } from 'vitest';
import { nodeWalletCrypto } from './node/crypto.ts';
import { walletOrderNumber } from './order-number.ts';
import { terminalInfo } from './terminal-info.ts';
import { WalletRefusal } from './wallet-refusal.ts';

describe('terminal_info', () => {
  test('carries what is known, the version padded to eight characters', () => {
    expect(
      terminalInfo({
        deviceType: '10',
        serialNumber: 'SN-1',
        networkLicence: 'P3100',
        appVersion: '1.2',
        deviceIp: '10.0.0.7',
      }),
    ).toEqual({
      device_type: '10',
      serial_num: 'SN-1',
      network_license: 'P3100',
      app_version: '1.2     ',
      device_ip: '10.0.0.7',
    });
  });

  test('latitude comes before longitude', () => {
    expect(terminalInfo({ location: '+39.9042/+116.4074' })).toMatchObject({ location: '+39.9042/+116.4074' });
  });

  test.each([
    ['longitude first', { location: '+116.4074/+39.9042' }, 'location'],
    ['no sign', { location: '39.9/116.4' }, 'location'],
    ['a barcode terminal without its serial', { deviceType: '10', deviceIp: '10.0.0.7' }, 'serial_num'],
    ['an unknown type', { deviceType: '07', deviceIp: '10.0.0.7' }, 'device_type'],
    ['neither place nor address', {}, 'device_ip'],
    ['a long version', { appVersion: '1.2.3.4.5', deviceIp: '10.0.0.7' }, 'app_version'],
    ['a short licence', { networkLicence: 'P310', deviceIp: '10.0.0.7' }, 'network_license'],
  ])('%s is refused', (_, facts, member) => {
    expect(() => terminalInfo(facts)).toThrow(WalletRefusal);
    expect(() => terminalInfo(facts)).toThrow(member);
  });
});

describe('the order number', () => {
  const crypto = nodeWalletCrypto();

  test('is the id without its prefix where a wallet accepts that', () => {
    expect(walletOrderNumber(crypto, 'pay_0192f0c1d2e3740080a1b2c3d4e5f607')).toBe('0192f0c1d2e3740080a1b2c3d4e5f607');
  });

  test.each(['pay_1', 'pay_with-a-dash-and-more', `pay_${'a'.repeat(33)}`, 'pay_中文中文中文'])(
    'of %s is made of its digest, within what every wallet accepts',
    (id) => {
      const number = walletOrderNumber(crypto, id);
      expect(number).toMatch(/^[0-9a-f]{32}$/);
      expect(walletOrderNumber(crypto, id)).toBe(number);
      expect(walletOrderNumber(crypto, `${id}x`)).not.toBe(number);
    },
  );
});
