import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AlipaySdk } from 'alipay-sdk';
import { expect, test } from 'vitest';
import { readArguments } from './arguments.ts';
import type { Credentials } from './credentials.ts';

test('alone they say where they are, hand out test credentials there, and a client pays with the code on a phone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wallets-alone-'));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--data', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const ready = JSON.parse(line) as { credentials: string; wallets: string; phone: string };
    const { wallets } = (await (await fetch(ready.credentials)).json()) as { wallets: Credentials };
    const { settings, secrets } = wallets.alipay;
    const bare = (pem = '') => pem.replace(/-----[^-]+-----|\s/g, '');
    const client = new AlipaySdk({
      appId: settings.appId ?? '',
      privateKey: bare(secrets.privateKeyPem),
      keyType: 'PKCS8',
      alipayPublicKey: bare(settings.alipayPublicKey),
      gateway: settings.gatewayUrl ?? '',
    });
    const shown = await fetch(`${ready.phone.replace(/phone$/, 'phones')}/alipay/wangfang/code`);
    const { code } = (await shown.json()) as { code: string };
    const bizContent = { outTradeNo: 'ALONE1', totalAmount: '1.00', subject: '茶', scene: 'bar_code', authCode: code };
    expect(await client.exec('alipay.trade.pay', { bizContent }, { validateSign: true })).toMatchObject({
      code: '10000',
    });
    const book = await fetch(`${ready.wallets}/alipay/book`);
    expect(await book.json()).toMatchObject({ takenMinor: 100 });
  } finally {
    child.kill();
    if (child.exitCode === null) await once(child, 'exit');
    rmSync(folder, { recursive: true });
  }
}, 60_000);

test.each([
  [['--port', '99999'], '--port is a number from 0 to 65535'],
  [['--time-scale', '0'], '--time-scale is a number above 0 and up to 1'],
  [['--time-scale', 'fast'], '--time-scale is a number above 0 and up to 1'],
  [['--unheard'], 'Unknown option'],
])('what they cannot do is said in a sentence: %s', (args, sentence) => {
  expect(() => readArguments(args)).toThrow(sentence);
});

test('they are started with nothing at all, or with a port, a folder and a time', () => {
  expect(readArguments(['--help'])).toBeNull();
  expect(readArguments([])).toEqual({ port: 0, data: '.data/sim-wallets', timeScale: 1 });
  expect(readArguments(['--port', '8090', '--data', 'x', '--time-scale', '0.5'])).toEqual({
    port: 8090,
    data: 'x',
    timeScale: 0.5,
  });
});
