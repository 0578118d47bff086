import { fromHex, toHex, utf8Decode } from '@zhanggui/base';
import { parseField55, parseResponse } from '@zhanggui/emv';
import { aesDukptHostKey, cmac, decryptCbc, importKey, type SecretKey, unpad } from '@zhanggui/paycrypto';
import type { ReadResult, SealedCard, SealedCompletion } from '@zhanggui/terminal';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadKey } from '../../apps/agent/keys/load-key.ts';
import { openAgentStore } from '../../apps/agent/store/agent-store.ts';
import { systemRng } from '../../sim/cards/card-box.ts';
import { cryptogramHolds, issuerAnswer } from '../../sim/cards/chip/card-issuer.ts';
import { ChipCard } from '../../sim/cards/chip/chip-card.ts';
import { loadCertificates, loadPersonalisations } from '../../sim/cards/chip/personalisation.ts';
import { type Simulator, startSimulator } from '../../sim/simulator.ts';
import { preparePcscd } from '../../tools/pcscd/install.ts';
import { until } from '../support/until.ts';
import { AgentUnderTest, type ATill } from './a-till.ts';
import { typeAskedPin } from './pad.ts';
import { ATR, type PluggedCard, VirtualPcd } from './virtual-pcd.ts';

const PCSCD = '/run/pcscd/pcscd.comm';
const certificates = loadCertificates();

let pcd: VirtualPcd;
let simulator: Simulator;
let bdk: SecretKey;
const agent = new AgentUnderTest();
let till: ATill;
let parameters: unknown;

beforeAll(async () => {
  const reason = await preparePcscd();
  if (reason !== null) throw new Error(`pcscd cannot be tested here: ${reason}`);
  pcd = await VirtualPcd.start();
  simulator = await startSimulator({ port: 0, bankPort: 0, dataFolder: `${agent.folder}/sim` });
  const grant = simulator.credentials().readers.find(({ readerId }) => readerId === 'till_1');
  bdk = importKey(grant?.bdk ?? '', { algorithm: 'AES', usage: 'bdk' });
  const url = `http://127.0.0.1:${simulator.port}/sim/readers/till_1/initial-key`;
  const store = openAgentStore(`${agent.folder}/data`);
  ({ parameters } = await loadKey(store, url));
  await agent.start({ pcscdSocket: PCSCD, parameters, demo: true });
  till = await agent.pair();
});

afterAll(async () => {
  await agent.close();
  await simulator?.close();
  await pcd?.stop();
});

beforeEach(() => pcd.remove());
afterEach(() => expect(agent.reported).toEqual([]));

function chipOf(id: string): ChipCard {
  const card = loadPersonalisations().find((one) => one.id === id);
  if (card === undefined) throw new Error(`no card ${id}`);
  return new ChipCard(card, certificates, systemRng);
}

/** T=1 carries commands as they are. */
function overT1(chip: ChipCard): PluggedCard {
  return { atr: ATR.t1, reset: () => chip.reset('contact'), transmit: (command) => chip.transmit(command) };
}

/** T=0 has no room for command and answer in one exchange: the answer waits for GET RESPONSE. EMV Book 1 Annex A. */
function overT0(chip: ChipCard): PluggedCard {
  let waiting = new Uint8Array(0);
  return {
    atr: ATR.t0,
    reset: () => chip.reset('contact'),
    transmit(command) {
      if (command[1] === 0xc0) return waiting;
      if (command.length > 5 && command.length > 5 + (command[4] ?? 0)) return fromHex('6700');
      const full = chip.transmit(command.length > 5 ? Uint8Array.of(...command, 0) : command);
      const { data } = parseResponse(full);
      if (data.length === 0) return full;
      if (command.length > 5) {
        waiting = Uint8Array.from(full);
        return Uint8Array.of(0x61, data.length & 0xff);
      }
      const wanted = command[4] ?? 0;
      return wanted === data.length ? full : Uint8Array.of(0x6c, data.length & 0xff);
    },
  };
}

const SALE = { purpose: 'sale', amountMinor: 12_345, currency: 'CNY', language: 'zh' } as const;

async function ask(request: object = SALE): Promise<string> {
  const { status, body } = await till.send<{ requestId: string }>('POST', '/reader/requests', request);
  expect({ status, body }).toEqual({ status: 201, body: { requestId: expect.any(String) } });
  return body.requestId;
}

/** Polls as the till does until the result is as wanted. */
async function resultOf<State extends ReadResult['state']>(
  requestId: string,
  state: State,
  also: (result: Extract<ReadResult, { state: State }>) => boolean = () => true,
): Promise<Extract<ReadResult, { state: State }>> {
  let after = 0;
  for (let turn = 0; turn < 60; turn += 1) {
    const target = `/reader/requests/${requestId}/result?wait=1&after=${after}`;
    const { body } = await till.send<ReadResult>('GET', target);
    if (body.state === state && also(body as Extract<ReadResult, { state: State }>))
      return body as Extract<ReadResult, { state: State }>;
    if (body.state !== 'waiting' && body.state !== 'presented') throw new Error(`the read came to ${body.state}`);
    const { padUrl } = agent.running;
    if (body.state === 'waiting' && body.step === 'pin' && padUrl !== null)
      await until(
        () => typeAskedPin(padUrl, pin),
        (typed) => typed,
      );
    after = body.version;
  }
  throw new Error(`the read did not come to ${state}`);
}

let pin: string | undefined;

/** Opens what only the gateway can open. */
function opened(sealed: SealedCard | SealedCompletion): Record<string, string> {
  const ksn = fromHex(sealed.ksn);
  const pinBlock = 'pinBlock' in sealed ? (sealed.pinBlock ?? '') : '';
  const lines = [sealed.readerId, sealed.ksn, sealed.entryMode, sealed.sealed, pinBlock].join('\n');
  const mac = cmac(aesDukptHostKey(bdk, ksn, 'mac-generate'), new TextEncoder().encode(lines));
  expect(toHex(mac)).toBe(sealed.mac);
  const clear = decryptCbc(aesDukptHostKey(bdk, ksn, 'data-encrypt'), fromHex(sealed.sealed));
  return JSON.parse(utf8Decode(unpad(clear, 'method-2', 16))) as Record<string, string>;
}

/** A bank that looks at the cryptogram before it answers. */
function bankOf(chip: ChipCard, field55: string, responseCode: string): string {
  const { values } = parseField55(fromHex(field55));
  const [application] = chip.card.applications;
  if (application === undefined) throw new Error('the card has no application');
  expect(cryptogramHolds(application, values)).toBe(true);
  return toHex(issuerAnswer(application, values, responseCode));
}

describe('a chip card in a reader of the real pcscd', () => {
  it.each([
    ['T=1', overT1],
    ['T=0', overT0],
  ])('is read over %s, approved by its issuer, and has the last word', async (_protocol, plug) => {
    pin = '123456';
    const chip = chipOf('debit-approves');
    const requestId = await ask();
    await pcd.insert(plug(chip));
    const { card } = await resultOf(requestId, 'presented');
    expect(card).toMatchObject({
      scheme: 'unionpay',
      entryMode: 'chip',
      cvm: 'online-pin',
      concludes: true,
      offline: null,
    });
    expect(JSON.stringify(card)).not.toContain('6200000000000000018');
    const record = opened(card.credential);
    expect(record).toMatchObject({ pan: '6200000000000000018', sequence: '001', aid: 'A000000333010101' });
    expect(card.credential.pinBlock).toMatch(/^[0-9A-F]{32}$/);

    const data = bankOf(chip, record.chip ?? '', '00');
    const answer = { decision: 'approve', responseCode: '00', data };
    await expect(till.send('POST', `/reader/requests/${requestId}/issuer-answer`, answer)).resolves.toMatchObject({
      status: 202,
    });
    const { outcome, completion } = await resultOf(requestId, 'concluded');
    expect(outcome).toBe('approved');
    if (completion === null) throw new Error('the chip was not waited for');
    const last = opened(completion);
    expect(last.result).toBe('approved');
    // Bits 8 and 7 of the cryptogram information are 01 for a TC. EMV Book 3 table 15.
    expect((parseField55(fromHex(last.chip ?? '')).values.get('9F27')?.[0] ?? 0) & 0xc0).toBe(0x40);
    expect(completion.ksn).not.toBe(card.credential.ksn);
  });

  it('gives its own refusal where the issuer declines', async () => {
    pin = '123456';
    const chip = chipOf('debit-approves');
    const requestId = await ask();
    await pcd.insert(overT1(chip));
    const { card } = await resultOf(requestId, 'presented');
    const data = bankOf(chip, opened(card.credential).chip ?? '', '51');
    await till.send('POST', `/reader/requests/${requestId}/issuer-answer`, {
      decision: 'decline',
      responseCode: '51',
      data,
    });
    await expect(resultOf(requestId, 'concluded')).resolves.toMatchObject({ outcome: 'declined' });
  });

  it('that is pulled out while the bank is asked says nothing, and that is told sealed', async () => {
    pin = '123456';
    const requestId = await ask();
    await pcd.insert(overT1(chipOf('debit-approves')));
    await resultOf(requestId, 'presented');
    pcd.pullOut();
    const { outcome, completion } = await resultOf(requestId, 'concluded');
    expect(outcome).toBe('removed');
    if (completion === null) throw new Error('the chip was not waited for');
    expect(opened(completion)).toEqual({ result: 'removed' });
  });

  it('is chosen by its holder where it has two applications', async () => {
    pin = undefined;
    const requestId = await ask();
    await pcd.insert(overT1(chipOf('two-applications')));
    const { choices = [] } = await resultOf(requestId, 'waiting', ({ step }) => step === 'application');
    expect(choices.length).toBe(2);
    const wrong = await till.send('POST', `/reader/requests/${requestId}/choose`, { id: '9' });
    expect(wrong).toEqual({ status: 409, body: { code: 'nobody-waits-for-it' } });
    await till.send('POST', `/reader/requests/${requestId}/choose`, { id: choices[1]?.id ?? '' });
    const { card } = await resultOf(requestId, 'presented');
    expect(card.label).toBe(choices[1]?.label);
    await till.send('DELETE', `/reader/requests/${requestId}`);
    await expect(resultOf(requestId, 'concluded')).resolves.toMatchObject({ outcome: 'removed' });
  });

  it('that does not answer to its reset as it should is asked for again', async () => {
    pin = '123456';
    const requestId = await ask();
    // TB1 says that the card wants a programming voltage.
    await pcd.insert({ ...overT1(chipOf('debit-approves')), atr: fromHex('3B602500') });
    await resultOf(requestId, 'waiting', ({ prompt }) => /retry|again/i.test(prompt.en));
    await pcd.insert(overT1(chipOf('debit-approves')));
    await resultOf(requestId, 'presented');
    await till.send('DELETE', `/reader/requests/${requestId}`);
  });

  it('is not read a second time while it stays in', async () => {
    pin = '123456';
    const first = await ask();
    await pcd.insert(overT1(chipOf('debit-approves')));
    await resultOf(first, 'presented');
    const second = await ask({ ...SALE, amountMinor: 1 });
    const { status } = await till.send('GET', `/reader/requests/${first}/result?wait=0`);
    expect(status).toBe(404);
    const { body } = await till.send<ReadResult>('GET', `/reader/requests/${second}/result?wait=0`);
    expect(body).toMatchObject({ state: 'waiting', step: 'card' });
    await till.send('DELETE', `/reader/requests/${second}`);
  });
});

describe('a device without a PIN pad that has proved itself', () => {
  it('takes no PIN: the card is asked what else it accepts', async () => {
    await agent.stop();
    await agent.start({ pcscdSocket: PCSCD, parameters, demo: false });
    till = await agent.pair();
    expect(agent.running.padUrl).toBeNull();
    const requestId = await ask();
    await pcd.insert(overT1(chipOf('debit-approves')));
    const { card } = await resultOf(requestId, 'presented');
    expect(card.credential.pinBlock).toBeUndefined();
    expect(card.cvm).toBe('signature');
    await till.send('DELETE', `/reader/requests/${requestId}`);
  });
});
