import { consumerCode } from '@zhanggui/sim/wallets/unionpay/consumer-code.ts';
import { describe, expect, it } from 'vitest';
import { ask, PHONE_SIZE } from '../support/browser-world.ts';
import { PhonePage } from '../support/phone-page.ts';
import { shows } from '../support/shows.ts';
import { SETTLING_MS, TillPage } from '../support/till-page.ts';
import { useBrowserWorld } from '../support/use-browser-world.ts';

const PASSWORD = '123456';
/** With 41 umbrellas the amount is above ¥1,000, from where on wallets want the password. */
const MANY = ['4', '1', '*'];
/** The last tone of money that came, and the one of a refusal. */
const PAID_HERTZ = 1320;
const REFUSED_HERTZ = 220;
/** Writes down what a page plays and says; a browser without a screen has neither loudspeaker nor voices. */
const LISTEN = `
  globalThis.heard = { tones: [], said: [] };
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (when) {
    heard.tones.push(this.frequency.value);
    start.call(this, when);
  };
  speechSynthesis.getVoices = () => [{ lang: 'zh-CN' }];
  speechSynthesis.speak = ({ text }) => heard.said.push(text);
  globalThis.SpeechSynthesisUtterance = class {
    constructor(text) {
      this.text = text;
    }
  };
`;

describe('Wallets at the till', () => {
  const world = useBrowserWorld();

  it('take the money with no tap at all: the code is scanned on the sale screen', async () => {
    const till = await TillPage.open(world());
    const phone = await PhonePage.open(till, 'wechat');
    await till.tap('tile-1001', 'tile-1002');
    await till.scan(await phone.code());
    const outcome = await till.outcome('succeeded');
    await shows(outcome, '微信支付');
    await shows(outcome, '¥6.50');
    await shows(outcome, '微信支付到账，六元五角');
    await shows(phone.result, '支付成功');
    const receipt = (await till.profile.open(await till.receiptAddress())).getByTestId('receipt');
    await shows(receipt, '微信支付');
  });

  it('take the money in English as well', async () => {
    const till = await TillPage.open(world(), { language: 'en' });
    const phone = await PhonePage.open(till, 'alipay', 'liqiang');
    await till.tap('tile-1002');
    await till.scan(await phone.code());
    const outcome = await till.outcome('succeeded');
    await shows(outcome, 'Confirmed by Alipay');
    await shows(phone.result, 'Paid');
  });

  it('take the money on a phone, the digits typed by hand', async () => {
    const till = await TillPage.open(world(), { size: PHONE_SIZE });
    const phone = await PhonePage.open(till, 'wechat', 'liqiang');
    await till.tap('tile-1001', 'ticket-sheet', 'pay', 'method-wechat');
    await till.at('payment-code').fill(await phone.code());
    await till.page.getByRole('button', { name: '收款', exact: true }).click();
    await till.outcome('succeeded');
    expect(await ask(till.page, 'document.documentElement.scrollWidth')).toBe(PHONE_SIZE.width);
  });

  it('above ¥1,000 wait for the password on the phone, and then succeed', async () => {
    const till = await TillPage.open(world());
    const phone = await PhonePage.open(till, 'wechat');
    await till.tap('tile-6003');
    await till.press(...MANY);
    await till.due(102_500);
    await till.scan(await phone.code());
    await till.waitsFor('customer-password');
    await shows(till.at('waiting'), '顾客正在输入密码');
    await shows(phone.passwordSheet, '¥1,025.00');
    await phone.enterPassword('000000');
    await shows(phone.passwordSheet, '密码错误');
    await phone.enterPassword(PASSWORD);
    await shows(await till.outcome('succeeded'), '¥1,025.00');
    await shows(phone.result, '支付成功');
  });

  it('are told by sound and voice once the money is certain, and not before', async () => {
    const till = await TillPage.open(world());
    await till.profile.context.addInitScript(LISTEN);
    await till.page.reload();
    await till.isLive();
    const heard = () => ask<{ tones: number[]; said: string[] }>(till.page, 'heard');
    const phone = await PhonePage.open(till, 'wechat');
    await phone.turn('每笔都要输密码');
    await till.tap('tile-1001', 'tile-1002');
    await till.scan(await phone.code());
    await till.waitsFor('customer-password');
    expect((await heard()).said).toEqual([]);
    expect((await heard()).tones).not.toContain(PAID_HERTZ);
    await phone.enterPassword(PASSWORD);
    await till.outcome('succeeded');
    expect((await heard()).said).toEqual(['微信支付到账，六元五角']);
    expect((await heard()).tones).toContain(PAID_HERTZ);
    await till.nextSale();
    await till.tap('tile-1001');
    await till.scan(await phone.code());
    await till.waitsFor('customer-password');
    await phone.refuse();
    await till.outcome('failed');
    expect((await heard()).said).toHaveLength(1);
    expect((await heard()).tones.at(-1)).toBe(REFUSED_HERTZ);
  });

  it('fail with advice when the customer refuses, and a fresh code then pays the same sale', async () => {
    const till = await TillPage.open(world());
    const phone = await PhonePage.open(till, 'alipay');
    await till.tap('tile-6003');
    await till.press(...MANY);
    await till.scan(await phone.code());
    await till.waitsFor('customer-password');
    await phone.refuse();
    await shows(phone.result, '你取消了付款');
    const outcome = await till.outcome('failed');
    await shows(outcome, '没有扣款');
    expect(await till.at('decline').innerText()).not.toBe('');
    await shows(outcome, /请顾客|可以再试/);
    await shows(phone.result, '你取消了付款');
    await till.scan(await world().customer.paymentCode('alipay', 'liqiang'));
    await till.waitsFor('customer-password');
    await world().customer.onPhone('alipay', 'liqiang', 'confirm', { password: PASSWORD });
    await till.outcome('succeeded');
  });

  it('fail with the words of the reason when the balance is not enough', async () => {
    const till = await TillPage.open(world());
    const phone = await PhonePage.open(till, 'wechat', 'zhaomin');
    await phone.turn('余额不足');
    await till.tap('tile-1001');
    await till.scan(await phone.code());
    await till.outcome('failed');
    await shows(till.at('decline'), '余额');
    await till.tap('other-method', 'method-cash', 'note-exact');
    await till.outcome('succeeded');
  });

  it('fail when a code is shown a second time, and ask for a new one', async () => {
    const till = await TillPage.open(world());
    const code = await world().customer.paymentCode('wechat', 'wangfang');
    await till.tap('tile-1001');
    await till.scan(code);
    await till.outcome('succeeded');
    await till.nextSale();
    await till.tap('tile-1002');
    await till.scan(code);
    await shows(await till.outcome('failed'), '请顾客刷新付款码后再扫');
  });

  it('say what a payment code is when nothing is on the ticket, and never show its digits', async () => {
    const till = await TillPage.open(world());
    const code = await world().customer.paymentCode('alipay', 'wangfang');
    await till.scan(code);
    await shows(till.at('notice'), '这是付款码');
    expect(await ask<string>(till.page, 'document.body.innerText')).not.toContain(code);
  });

  it('can be cancelled by the cashier once the channel allows it', async () => {
    const till = await TillPage.open(world());
    const phone = await PhonePage.open(till, 'wechat');
    await phone.turn('手机无网络');
    await phone.turn('每笔都要输密码');
    await till.tap('tile-1001');
    await till.scan(await phone.code());
    await till.waitsFor('customer-password');
    expect(await till.at('cancel-payment').isDisabled()).toBe(true);
    await till.page.getByTestId('cancel-payment').and(till.page.locator(':enabled')).click();
    const outcome = await till.outcome('failed');
    await shows(outcome, '已取消，没有扣款');
  });

  it('that nobody answers for are served aside, and end by themselves in words', async () => {
    const till = await TillPage.open(world());
    const phone = await PhonePage.open(till, 'wechat');
    await phone.turn('手机无网络');
    await phone.turn('每笔都要输密码');
    await till.tap('tile-1001');
    await till.scan(await phone.code());
    await till.waitsFor('customer-password');
    await till.tap('serve-next');
    await till.due(0);

    await world().customer.setWalletFault('alipay', { kind: 'userpaying-forever', count: 1 });
    await till.tap('tile-1002');
    await till.scan(await world().customer.paymentCode('alipay', 'liqiang'));
    await till.waitsFor('customer-password');
    await till.tap('serve-next');
    await shows(till.at('parked'), '待确认 2');
    await shows(till.at('parked'), '¥6.50');

    await till.tap('tile-7001', 'quick-exact');
    await till.outcome('succeeded');
    await till.nextSale();
    await shows(till.at('parked'), '结果出来了', SETTLING_MS);
    await till.tap('parked');
    const told = till.at('parked-dialog').locator('[data-result=failed]');
    expect(await told.count()).toBe(2);
    for (const one of await told.all()) await shows(one, '没有扣款');
  });

  it('take UnionPay codes and e-CNY with no tap at all, each by its own code', async () => {
    const till = await TillPage.open(world());
    for (const [wallet, name] of [
      ['unionpay-qr', '云闪付'],
      ['ecny', '数字人民币'],
    ] as const) {
      const phone = await PhonePage.open(till, wallet);
      await till.tap('tile-1001', 'tile-1002');
      await till.scan(await phone.code());
      await shows(await till.outcome('succeeded'), name);
      await shows(phone.result, '支付成功');
      await till.nextSale();
    }
    const digits = await world().customer.paymentCode('unionpay-qr');
    await till.tap('tile-1001');
    await till.scan(consumerCode(digits));
    await shows(await till.outcome('succeeded'), '云闪付');
  });

  it('show codes of Alipay, UnionPay and e-CNY that the customer scans, in English too', async () => {
    const till = await TillPage.open(world(), { language: 'en' });
    for (const wallet of ['alipay', 'unionpay-qr', 'ecny'] as const) {
      const phone = await PhonePage.open(till, wallet, 'zhaomin');
      await till.tap('tile-1001', 'pay', `method-${wallet}`, 'show-code');
      await till.waitsFor('customer-scan');
      await phone.scan();
      await phone.passwordSheet.getByRole('button', { name: 'Pay now' }).click();
      await till.outcome('succeeded');
      await shows(phone.result, 'Paid');
      await till.nextSale();
    }
  });
});
