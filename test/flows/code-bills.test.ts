import { beijingDate } from '@zhanggui/base';
import { ecny } from '@zhanggui/plugins/methods/ecny/plugin.ts';
import { unionPayQr } from '@zhanggui/plugins/methods/unionpay-qr/plugin.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { type MethodLab, openLab } from '../support/method-lab.ts';

let lab: MethodLab;
afterEach(() => lab.close());

describe.each([
  { plugin: unionPayQr, wallet: 'unionpay-qr', fee: 5, feeBack: -1 } as const,
  { plugin: ecny, wallet: 'ecny', fee: 0, feeBack: 0 } as const,
])('the account and the bill of $wallet', ({ plugin, wallet, fee, feeBack }) => {
  const bill = (date = beijingDate(Date.now())) => lab.method.bill?.('mer_lab', date, () => undefined);

  test('says what was paid, what went back, and what was undone, each with our numbers', async () => {
    lab = await openLab(plugin, wallet, ({ access }) => access[wallet]);
    const pay = async () => {
      const credential = { code: lab.wallets.codeOf(wallet) };
      const payment = await lab.prepare(credential);
      return lab.after(payment, await lab.method.authorize(payment, credential));
    };
    expect(await bill()).toMatchObject({ kind: 'not-ready' });
    await lab.wallets.command('PUT', `wallets/${wallet}/bills`, { anyDay: true });
    expect(await bill()).toEqual({ kind: 'empty' });
    const [kept, undone] = [await pay(), await pay()];
    const refund = lab.refundOf(kept, 234);
    await lab.method.refund(refund, kept);
    expect(await lab.method.cancel?.(undone)).toMatchObject({ kind: 'cancelled', moneyHadMoved: true });
    const reading = await bill();
    if (reading?.kind !== 'bill') throw new Error(`there is no bill: ${JSON.stringify(reading)}`);
    expect(reading.rows).toHaveLength(4);
    const outTradeNo = String(kept.channelData.outTradeNo);
    expect(reading.rows).toContainEqual(
      expect.objectContaining({ kind: 'payment', ourReference: outTradeNo, amountMinor: 1234, feeMinor: fee }),
    );
    expect(reading.rows).toContainEqual(
      expect.objectContaining({
        kind: 'refund',
        refundReference: refund.id.replace('ref_', ''),
        amountMinor: 234,
        feeMinor: feeBack,
      }),
    );
    const back = reading.rows.filter(({ kind, refundReference }) => kind === 'refund' && refundReference === null);
    expect(back).toMatchObject([{ ourReference: String(undone.channelData.outTradeNo), amountMinor: 1234 }]);
  });

  test('is not believed under a wrong signature', async () => {
    lab = await openLab(plugin, wallet, ({ access }) => access[wallet]);
    await lab.fault({ kind: 'wrong-signature', operation: 'bill' });
    expect(await bill()).toEqual({ kind: 'failed', cause: 'bad-signature' });
  });

  test('has an account that can be tried: with the right key, a wrong one, none, and nobody there', async () => {
    lab = await openLab(plugin, wallet, ({ access }) => access[wallet]);
    const { settings, secrets } = lab.wallets.access[wallet];
    const tried = (change: { settings?: object; secrets?: object }) =>
      lab.tryAccount({
        methodId: plugin.id,
        settings: { ...settings, ...change.settings },
        secrets: { ...secrets, ...change.secrets },
      });
    expect(await tried({})).toMatchObject({ outcome: 'passed' });
    expect(await tried({ secrets: { privateKeyPem: lab.wallets.access.alipay.secrets.privateKeyPem } })).toMatchObject({
      outcome: 'refused',
    });
    expect(await tried({ secrets: { privateKeyPem: 'none' } })).toMatchObject({ outcome: 'key-unusable' });
    expect(await tried({ settings: { baseUrl: 'http://127.0.0.1:9' } })).toMatchObject({ outcome: 'unreachable' });
    await lab.fault({ kind: 'wrong-signature', operation: wallet === 'ecny' ? 'query' : 'refund-query' });
    expect(await tried({})).toMatchObject({ outcome: 'answer-not-believed' });
  });
});

test('an answer of UnionPay under a certificate that follows another is believed without any change of the account', async () => {
  lab = await openLab(unionPayQr, 'unionpay-qr', ({ access }) => access['unionpay-qr']);
  const credential = { code: lab.wallets.codeOf('unionpay-qr') };
  const payment = await lab.prepare(credential);
  await lab.fault({ kind: 'rotation', operation: 'pay' });
  expect(await lab.method.authorize(payment, credential)).toMatchObject({ kind: 'approved' });
  expect(await lab.method.inquire?.(payment)).toMatchObject({ kind: 'approved' });
});
