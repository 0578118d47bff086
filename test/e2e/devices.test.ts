import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentUnderTest } from '../agent/a-till.ts';
import { ask, PHONE_SIZE, seriousFindings } from '../support/browser-world.ts';
import { shows } from '../support/shows.ts';
import { TillPage } from '../support/till-page.ts';
import { until } from '../support/until.ts';
import { useBrowserWorld } from '../support/use-browser-world.ts';

const WATER = '2000000010014';

describe('the devices of the till', () => {
  const agent = new AgentUnderTest();
  let origin = '';
  const world = useBrowserWorld(() => [origin]);
  let till: TillPage;

  beforeAll(async () => {
    await agent.start({ tillOrigins: [world().server.origin] });
    origin = agent.origin;
  });
  afterAll(() => agent.close());

  const papers = (): string[] =>
    readdirSync(agent.folder).includes('paper')
      ? readdirSync(agent.paper)
          .filter((name) => name.endsWith('.txt'))
          .sort()
          .map((name) => readFileSync(path.join(agent.paper, name), 'utf8'))
      : [];

  async function openDevices(options: Parameters<typeof TillPage.open>[1] = {}): Promise<void> {
    till = await TillPage.open(world(), options);
    await till.tap('menu', 'open-devices');
    await till.at('agent-port').fill(new URL(agent.origin).port);
  }

  async function pair(): Promise<void> {
    const { digits } = agent.running.pairing.offerCode();
    await till.at('pairing-code').fill(digits);
    await till.tap('pair');
    await till.at('agent-printer').waitFor();
  }

  it('are paired by the code that the agent shows, and a wrong one is refused', async () => {
    await openDevices();
    agent.running.pairing.offerCode();
    await till.at('pairing-code').fill('123');
    await till.tap('pair');
    await shows(till.at('devices-dialog'), '配对码是 10 位数字');
    await till.at('pairing-code').fill('0000000000');
    await till.tap('pair');
    await shows(till.at('devices-dialog'), '配对码不对，没有配对');
    await pair();
    await shows(till.at('devices-dialog'), '已与本机设备配对');
    await shows(till.at('agent-printer'), '预览到文件，58 毫米');
    expect(await seriousFindings(till.page)).toEqual([]);
  });

  it('print a test page, the receipt of each sale, and open the drawer for cash', async () => {
    await openDevices();
    await pair();
    const before = papers().length;
    await till.tap('test-print');
    await shows(till.at('devices-dialog'), '已送到打印机');
    expect(papers().at(-1)).toContain('打印测试');
    await till.page.keyboard.press('Escape');

    await till.scan(WATER);
    await till.due(200);
    await till.press('1', '0', 'Enter');
    await till.outcome('succeeded');
    await until(
      async () => papers().length,
      (count) => count >= before + 3,
    );
    const printed = papers()
      .slice(before + 1)
      .sort();
    expect(printed.length).toBe(2);
    const receipt = printed.find((text) => text !== '[drawer]\n') ?? '';
    expect(printed).toContain('[drawer]\n');
    for (const words of ['山泉水 550ml', '￥2.00', '￥10.00', '找零', '￥8.00', '/r/'])
      expect(receipt).toContain(words);

    await till.tap('receipt');
    await till.tap('print-receipt');
    await until(
      async () => papers().length,
      (count) => count >= before + 4,
    );
    expect(papers().at(-1)).toBe(receipt);
  });

  it('print the slip of a batch that is closed at the till, and again when asked', async () => {
    await openDevices();
    await pair();
    await till.page.keyboard.press('Escape');
    const slips = (): number => papers().filter((text) => text.includes('结算单')).length;
    const before = slips();
    await till.openCardServices();
    await till.at('card-services').getByRole('button', { name: '结算' }).click();
    await till.tap('close-batch');
    await till.at('batch-slip').waitFor();
    const printed = (wanted: number) =>
      until(
        async () => slips(),
        (count) => count >= wanted,
      );
    expect(await printed(before + 1)).toBe(before + 1);
    await till.tap('print-slip');
    expect(await printed(before + 2)).toBe(before + 2);
  });

  it('keep a key that no script reads, and no secret text', async () => {
    await openDevices();
    await pair();
    const kept = await ask<{ extractable: boolean; names: string[]; texts: string }>(
      till.page,
      `new Promise((resolve, reject) => {
        const opening = indexedDB.open('zhanggui-devices');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const asked = opening.result.transaction('pairings').objectStore('pairings').get('till_1');
          asked.onsuccess = () => resolve({
            extractable: asked.result.key.extractable,
            names: Object.keys(asked.result).sort(),
            texts: JSON.stringify(asked.result) + JSON.stringify(localStorage),
          });
        };
      })`,
    );
    expect(kept.extractable).toBe(false);
    expect(kept.names).toEqual(['deviceId', 'key', 'origin']);
    for (const { key } of agent.running.store.content.pairedTills) expect(kept.texts).not.toContain(key);
  });

  it('stay paired after a reload, and say when nothing was printed', async () => {
    await openDevices({ language: 'en', size: PHONE_SIZE });
    await pair();
    await till.page.reload();
    await till.isLive();
    await agent.stop();
    await till.scan(WATER);
    await till.due(200);
    await till.press('2', 'Enter');
    await till.outcome('succeeded');
    await shows(till.at('outcome'), 'The agent does not answer; the receipt was not printed');
  });
});
