import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { PHONE_SIZE, type ProfileOptions, seriousFindings } from '../support/browser-world.ts';
import { shows } from '../support/shows.ts';
import { useBrowserWorld } from '../support/use-browser-world.ts';

const COMPONENTS = ['1111111111111111FFFFFFFFFFFFFFFF', '1032547698BADCFE0123456789ABCDEF'] as const;
/** Of the AES key whose components these are. */
const CHECK_VALUE = '2090A6';

describe('keys and audit', () => {
  const world = useBrowserWorld();
  let ceremonies = 0;

  async function openKeys(username: string, view = '', options: ProfileOptions = {}): Promise<Page> {
    const profile = await world().openProfile(options);
    await profile.signIn(username);
    return profile.open(`/console#/keys${view}`);
  }

  const requestOf = (page: Page, name: string) => page.getByTestId('key-request').filter({ hasText: name });

  async function askForCeremony(page: Page): Promise<string> {
    ceremonies += 1;
    const name = `device/SN-${ceremonies}/kek`;
    await page.getByTestId('new-ceremony').click();
    await page.getByTestId('ceremony-name').fill(name);
    await page.getByTestId('ceremony-reason').fill('新终端到店');
    await page.getByTestId('ceremony-send').click();
    await requestOf(page, name).waitFor();
    return name;
  }

  async function bring(page: Page, name: string, component: (typeof COMPONENTS)[number]): Promise<void> {
    await requestOf(page, name).getByTestId('bring-component').click();
    await page.getByTestId('component').fill(component);
    await page.getByTestId('component-send').click();
    await shows(page.getByTestId('component-dialog').getByRole('status'), /[0-9A-F]{6}/);
    // The list has asked for the next component, or for none, by now; what was said to this person stays.
    await requestOf(page, name).locator('.is-entered').nth(COMPONENTS.indexOf(component)).waitFor();
    await shows(page.getByTestId('component-dialog').getByRole('status'), /[0-9A-F]{6}/);
    await page.keyboard.press('Escape');
    await page.getByTestId('component-dialog').waitFor({ state: 'detached' });
  }

  it('shows every key in its place, and never to the shop', async () => {
    const page = await openKeys('operator');
    await shows(page.getByTestId('keys-due'), /^\d+$/);
    await shows(page.getByTestId('key-row').filter({ hasText: '/tmk' }).first(), 'TDES 128');
    await page.getByTestId('key-row').filter({ hasText: '/bdk' }).click();
    await shows(page.getByTestId('key-dialog'), 'AES 128');
    const owner = await openKeys('owner');
    await shows(owner.getByRole('alert'), '没有此项权限');
    expect(await owner.getByTestId('nav-keys').count()).toBe(0);
    expect(await owner.getByTestId('new-ceremony').count()).toBe(0);
  });

  it('loads a key from the components of two people, and the one who asked does not approve', async () => {
    const zhou = await openKeys('operator');
    const name = await askForCeremony(zhou);
    await bring(zhou, name, COMPONENTS[0]);
    expect(await requestOf(zhou, name).getByTestId('bring-component').count()).toBe(0);
    const wu = await openKeys('custodian', '?view=requests', { size: PHONE_SIZE });
    await bring(wu, name, COMPONENTS[1]);
    await shows(requestOf(zhou, name), '须由另一人复核');
    expect(await requestOf(zhou, name).getByTestId('approve').count()).toBe(0);
    await shows(requestOf(wu, name).getByTestId('whole-check-value'), CHECK_VALUE);
    await requestOf(wu, name).getByTestId('approve').click();
    await shows(requestOf(wu, name), '已完成');
    const tree = await openKeys('operator');
    await shows(tree.getByTestId('key-row').filter({ hasText: name }), CHECK_VALUE);
    const audit = await openKeys('custodian', '?view=audit', { size: PHONE_SIZE });
    const loaded = audit.getByTestId('audit-row').filter({ hasText: name }).first();
    await shows(loaded, /保存密钥[\s\S]*stf_operator \+ stf_custodian/);
    expect(await audit.content()).not.toMatch(new RegExp(COMPONENTS.join('|'), 'i'));
  });

  it.each([false, true])('can be read by everybody, dark: %s', async (dark) => {
    const rules = dark ? ['color-contrast'] : [];
    const page = await openKeys('operator', '', { dark });
    await page.getByTestId('key-row').first().click();
    await page.getByTestId('ask-destruction').click();
    expect(await seriousFindings(page, rules), 'a key').toEqual([]);
    await page.keyboard.press('Escape');
    expect(await seriousFindings(page, rules), 'keys').toEqual([]);
    const name = await askForCeremony(page);
    await requestOf(page, name).getByTestId('bring-component').click();
    expect(await seriousFindings(page, rules), 'a component').toEqual([]);
    await page.keyboard.press('Escape');
    expect(await seriousFindings(page, rules), 'requests').toEqual([]);
    const audit = await openKeys('operator', '?view=audit', { dark, language: 'en' });
    await audit.getByTestId('audit-row').first().waitFor();
    expect(await seriousFindings(audit, rules), 'audit log').toEqual([]);
  });
});
