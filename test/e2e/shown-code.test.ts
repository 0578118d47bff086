import { describe, expect, it } from 'vitest';
import { COUNTER_SIZE, PHONE_SIZE, seriousFindings } from '../support/browser-world.ts';
import { PhonePage } from '../support/phone-page.ts';
import { shows } from '../support/shows.ts';
import { TillPage } from '../support/till-page.ts';
import { useBrowserWorld } from '../support/use-browser-world.ts';

const PASSWORD = '123456';
/** From the customer's word on the phone to the till, in a test's browser on a busy machine. */
const MOMENTS_MS = 3_000;

describe('A code that the customer scans', () => {
  const world = useBrowserWorld();

  /** A till that shows its code, and the phone of a customer in front of it. */
  async function shown(
    language: 'zh-CN' | 'en' = 'zh-CN',
    size: typeof COUNTER_SIZE | typeof PHONE_SIZE = COUNTER_SIZE,
  ) {
    const till = await TillPage.open(world(), { language });
    const profile = await world().openProfile({ language, size });
    await profile.signIn('cashier');
    const display = await profile.open('/display?till=till_1');
    const phone = await PhonePage.open(till, 'wechat');
    await till.tap('tile-1001', 'pay', 'method-wechat', 'show-code');
    await till.waitsFor('customer-scan');
    return { till, phone, display };
  }

  /** The customer agrees to what the phone asks after the scan. */
  async function agree({ passwordSheet }: PhonePage, words = '立即付款'): Promise<void> {
    await passwordSheet.getByRole('button', { name: words }).click();
  }

  it('is on the customer’s screen, is scanned and confirmed, and till and screen hear of it at once', async () => {
    const { till, phone, display } = await shown();
    const code = display.getByTestId('display-code').locator('svg');
    const drawn = await code.boundingBox();
    expect(Math.min(drawn?.width ?? 0, drawn?.height ?? 0)).toBeGreaterThanOrEqual(240);
    await till.at('waiting-code').waitFor();
    expect(await seriousFindings(display), 'display').toEqual([]);
    expect(await seriousFindings(till.page), 'till').toEqual([]);
    await phone.scan();
    await shows(phone.passwordSheet, '确认付款');
    await agree(phone);
    await shows(till.at('outcome'), '微信支付', MOMENTS_MS);
    await shows(display.getByTestId('display'), '支付成功', MOMENTS_MS);
    await till.outcome('succeeded');
    await shows(phone.result, '支付成功');
    expect(await seriousFindings(phone.page)).toEqual([]);
  });

  it('is refused by one customer, who may scan again, and is closed by the cashier; in English, on a phone', async () => {
    const { till, phone } = await shown('en', PHONE_SIZE);
    await phone.scan();
    await phone.refuse();
    await shows(phone.result, 'You cancelled the payment');
    await phone.result.getByRole('button').click();
    await till.tap('cancel-payment');
    await till.outcome('failed');
    await phone.page.getByTestId('scan').click();
    await shows(phone.passwordSheet, 'No shop is showing a code now');
    expect(await seriousFindings(phone.page)).toEqual([]);
  });

  it('is shown again when till and customer’s screen are loaded again, and is as good as before', async () => {
    const { till, phone, display } = await shown();
    await display.reload();
    await display.getByTestId('display-code').waitFor();
    await till.page.reload();
    await till.at('waiting-code').waitFor();
    await display.getByTestId('display-code').waitFor();
    expect(await till.at('parked').count()).toBe(0);
    await phone.scan();
    await agree(phone);
    await till.outcome('succeeded');
    await shows(display.getByTestId('display'), '支付成功');
  });

  it('waits aside while the next customer is served, and its money comes by itself', async () => {
    const { till, phone, display } = await shown();
    await till.tap('serve-next');
    await till.due(0);
    await shows(till.at('parked'), '待确认 1');
    await display.locator('[data-testid=display][data-mode=idle]').waitFor();
    await till.tap('tile-1002');
    await phone.scan();
    await agree(phone);
    await shows(till.at('parked'), '结果出来了');
    await till.due(450);
    await till.tap('quick-exact');
    await till.outcome('succeeded');
  });

  it('may be the till’s printed one: it says so, the customer types the amount, and only that amount pays', async () => {
    const till = await TillPage.open(world());
    const display = await till.profile.open('/display?till=till_1');
    await till.tap('tile-1002', 'pay', 'method-unionpay-qr', 'fixed-code');
    await till.waitsFor('customer-scan');
    await shows(till.at('scan-words'), '静态码：请顾客扫码后输入 ¥4.50');
    await shows(display.getByTestId('display-code'), '请扫码，并输入 ¥4.50');
    const qr = await till.at('waiting-code').getAttribute('data-code');
    const pay = (amountMinor: number) =>
      world().customer.onPhone('unionpay-qr', 'wangfang', 'scan', { qr, amountMinor, pay: true });
    expect(await pay(449)).toEqual({ result: 'not-payable' });
    expect(await pay(450)).toEqual({ result: 'paid' });
    await shows(await till.outcome('succeeded'), '云闪付');
  });

  it('is offered with one tap when the amount is more than a payment code pays', async () => {
    const till = await TillPage.open(world());
    const phone = await PhonePage.open(till, 'wechat');
    await till.tap('tile-6003');
    await till.press('8', '0', '1', '*');
    await till.due(2_002_500);
    await till.scan(await phone.code());
    await shows(await till.outcome('failed'), '超出付款码的支付限额');
    await till.tap('show-code');
    await till.waitsFor('customer-scan');
    await phone.result.getByRole('button').click();
    await phone.scan();
    await phone.enterPassword(PASSWORD);
    await shows(await till.outcome('succeeded'), '¥20,025.00');
  });
});
