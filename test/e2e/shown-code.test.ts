import { describe, expect, it } from 'vitest';
import { COUNTER_SIZE, PHONE_SIZE, seriousFindings } from '../support/browser-world.ts';
import { PhonePage } from '../support/phone-page.ts';
import { shows } from '../support/shows.ts';
import { TillPage } from '../support/till-page.ts';
import { useBrowserWorld } from '../support/use-browser-world.ts';

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

  it('is on the customer’s screen, is scanned and confirmed, and the till hears of it at once', async () => {
    const { till, phone, display } = await shown();
    await display.getByTestId('display-code').waitFor();
    await phone.scan();
    await shows(phone.passwordSheet, '确认付款');
    await phone.passwordSheet.getByRole('button', { name: '立即付款' }).click();
    await shows(phone.result, '支付成功');
    await shows(await till.outcome('succeeded'), '微信支付');
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
});
