import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadKey } from '../../apps/agent/keys/load-key.ts';
import { PCSCD_SOCKET } from '../../apps/agent/pcsc/pcsc-client.ts';
import { openAgentStore } from '../../apps/agent/store/agent-store.ts';
import { systemRng } from '../../sim/cards/card-box.ts';
import { ChipCard } from '../../sim/cards/chip/chip-card.ts';
import { loadCertificates, loadPersonalisations } from '../../sim/cards/chip/personalisation.ts';
import { preparePcscd } from '../../tools/pcscd/install.ts';
import { shows } from '../support/shows.ts';
import { TillPage } from '../support/till-page.ts';
import { until } from '../support/until.ts';
import { useBrowserWorld } from '../support/use-browser-world.ts';
import { AgentUnderTest } from './a-till.ts';
import { typeAskedPin } from './pad.ts';
import { ATR, VirtualPcd } from './virtual-pcd.ts';

describe('a till with the card reader of its own machine', () => {
  const agent = new AgentUnderTest();
  let origin = '';
  let pcd: VirtualPcd;
  const world = useBrowserWorld(() => [origin]);

  beforeAll(async () => {
    const reason = await preparePcscd();
    if (reason !== null) throw new Error(`pcscd cannot be tested here: ${reason}`);
    pcd = await VirtualPcd.start();
    const url = `${world().server.origin}/sim/readers/till_1/initial-key`;
    const { parameters } = await loadKey(openAgentStore(`${agent.folder}/data`), url);
    await agent.start({ tillOrigins: [world().server.origin], pcscdSocket: PCSCD_SOCKET, parameters, demo: true });
    origin = agent.origin;
  });
  afterAll(async () => {
    await agent.close();
    await pcd?.stop();
  });

  it('takes a chip payment with PIN from the slot to the bank and back to the chip', async () => {
    const till = await TillPage.open(world());
    await till.tap('menu', 'open-devices');
    await till.at('agent-port').fill(new URL(agent.origin).port);
    await till.at('pairing-code').fill(agent.running.pairing.offerCode().digits);
    await till.tap('pair');
    await shows(till.at('agent-reader'), '已就绪');
    await till.page.getByRole('button', { name: '本机读卡器' }).click();
    await till.page.keyboard.press('Escape');

    await till.scan('2000000010021');
    await till.due(450);
    await till.tap('pay', 'method-card');
    const personalisation = loadPersonalisations().find(({ id }) => id === 'debit-approves');
    if (personalisation === undefined) throw new Error('there is no such card');
    const chip = new ChipCard(personalisation, loadCertificates(), systemRng);
    await pcd.insert({ atr: ATR.t1, reset: () => chip.reset('contact'), transmit: (bytes) => chip.transmit(bytes) });
    await until(
      () => typeAskedPin(agent.running.padUrl ?? '', '123456'),
      (typed) => typed,
    );
    await till.outcome('succeeded');
    expect(agent.reported).toEqual([]);
    // The chip has given its second cryptogram: the issuer's answer came to it, and its counter is the one that was online.
    expect(Object.values(chip.state.applications)[0]).toMatchObject({ atc: 1, lastOnlineAtc: 1 });
  });
});
