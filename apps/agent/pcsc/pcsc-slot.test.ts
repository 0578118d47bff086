import { setTimeout as delay } from 'node:timers/promises';
import { fromHex } from '@zhanggui/base';
import { afterEach, expect, it } from 'vitest';
import { type PcscCard, PcscError } from './pcsc-client.ts';
import { PcscSlot } from './pcsc-slot.ts';
import type { ReaderState } from './protocol.ts';

const T1_ATR = fromHex('3BE000008131204535');
const never = new Promise<void>(() => undefined);

/** A service whose readers a test plugs, and that can die. */
class ScriptedService {
  readers: ReaderState[] = [];
  isDead = false;
  opened = 0;
  answersAfterMs = 0;
  onLook: () => Promise<void> = async () => undefined;
  readonly slot = new PcscSlot(async () => {
    this.opened += 1;
    if (this.isDead) throw new PcscError('pcscd is not there');
    return {
      readers: async () => {
        await this.onLook();
        return this.#alive(() => [...this.readers]);
      },
      connect: async () => this.#alive(() => this.#connected()),
      close: () => undefined,
    };
  });

  /** As pcscd does, it takes a card that was given back for a forged one, and goes. */
  #connected(): PcscCard {
    let isGivenBack = false;
    const held = <Result>(work: () => Result): Result => {
      this.isDead ||= isGivenBack;
      return this.#alive(work);
    };
    return {
      protocol: 2,
      transmit: async () => {
        if (this.answersAfterMs > 0) await delay(this.answersAfterMs);
        return held(() => fromHex('9000'));
      },
      disconnect: async () =>
        held(() => {
          isGivenBack = true;
        }),
    };
  }

  plug(name: string, events: number, change: Partial<ReaderState> = {}): void {
    const state = { name, events, present: true, mute: false, inUse: false, atr: T1_ATR, ...change };
    this.readers = [...this.readers.filter((one) => one.name !== name), state];
  }

  #alive<Result>(work: () => Result): Result {
    if (this.isDead) throw new PcscError('pcscd has gone');
    return work();
  }
}

let service = new ScriptedService();
afterEach(async () => {
  await service.slot.close();
  service = new ScriptedService();
});

it('tells a card once, and again when the service has begun anew', async () => {
  service.plug('A Reader 00 00', 1);
  const [shown] = await service.slot.next(['contact'], never);
  expect(shown).toMatchObject({ reader: 'contact' });
  await expect(service.slot.next(['contact'], Promise.resolve())).resolves.toEqual([]);
  service.isDead = true;
  await expect(service.slot.next(['contact'], never)).rejects.toThrow(PcscError);
  service.isDead = false;
  await expect(service.slot.next(['contact'], never)).resolves.toMatchObject([{ reader: 'contact' }]);
  expect(service.opened).toBe(2);
});

it('a service that dies in the middle of a command has taken the card with it', async () => {
  service.plug('A Reader 00 00', 1);
  const [shown] = await service.slot.next(['contact'], never);
  if (shown?.reader !== 'contact' || shown.chip === null) throw new Error('no chip');
  await expect(shown.chip.transmit(fromHex('00B2010C00'))).resolves.toEqual(fromHex('9000'));
  service.isDead = true;
  await expect(shown.chip.transmit(fromHex('00B2010C00'))).resolves.toBeNull();
  await expect(shown.chip.transmitTimed(fromHex('80EA000004DDDDDDDD00'))).resolves.toBeNull();
  await shown.chip.gone;
});

it('an answer that is timed is told with the time between the command and its end', async () => {
  service.answersAfterMs = 20;
  service.plug('A Reader 00 00', 1);
  const [shown] = await service.slot.next(['contact'], never);
  if (shown?.reader !== 'contact' || shown.chip === null) throw new Error('no chip');
  const answer = await shown.chip.transmitTimed(fromHex('80EA000004DDDDDDDD00'));
  expect(answer?.response).toEqual(fromHex('9000'));
  // A timer may come a moment before its time by another clock.
  expect(answer?.tookMicroseconds).toBeGreaterThan(18_000);
  expect(Number.isInteger(answer?.tookMicroseconds)).toBe(true);
});

it('a reader that is unplugged ends the wait, and takes its card with it', async () => {
  service.plug('A Reader 00 00', 1);
  const [shown] = await service.slot.next(['contact'], never);
  service.readers = [];
  await expect(service.slot.next(['contact'], never)).rejects.toThrow('unplugged');
  if (shown?.reader !== 'contact' || shown.chip === null) throw new Error('no chip');
  await shown.chip.gone;
});

it('a card that leaves as its read ends is given back once, and is not spoken to afterwards', async () => {
  service.plug('A Reader 00 00', 1);
  const [shown] = await service.slot.next(['contact'], never);
  if (shown?.reader !== 'contact' || shown.chip === null) throw new Error('no chip');
  // The look that sees the card gone has begun when the read ends.
  const looked = Promise.withResolvers<void>();
  const { promise: mayLook, resolve: letLook } = Promise.withResolvers<void>();
  service.onLook = () => {
    looked.resolve();
    return mayLook;
  };
  await looked.promise;
  await service.slot.release();
  service.readers = [];
  letLook();
  await expect(shown.chip.transmit(fromHex('00B2010C00'))).resolves.toBeNull();
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(service.isDead).toBe(false);
});

it('a card in a security module’s slot is nobody’s to pay with', async () => {
  service.plug('A Reader SAM 01 00', 1);
  service.plug('A Reader 00 00', 1, { present: false, atr: fromHex('') });
  await expect(service.slot.next(['contact'], new Promise((resolve) => setTimeout(resolve, 10)))).resolves.toEqual([]);
  await expect(service.slot.kinds()).resolves.toEqual(['contact']);
});

it('all cards that two readers see are told together', async () => {
  service.plug('A Reader 00 00', 1);
  service.plug('A Reader Contactless 01 00', 3);
  const shown = await service.slot.next(['contact', 'contactless'], never);
  expect(shown.map(({ reader }) => reader)).toEqual(['contact', 'contactless']);
  await expect(service.slot.kinds()).resolves.toEqual(['contact', 'contactless']);
});

it('a card that another program uses is waited for, a mute one is told as such', async () => {
  service.plug('A Reader 00 00', 1, { inUse: true });
  await expect(service.slot.next(['contact'], new Promise((resolve) => setTimeout(resolve, 10)))).resolves.toEqual([]);
  service.plug('A Reader 00 00', 2, { mute: true, atr: fromHex('') });
  await expect(service.slot.next(['contact'], never)).resolves.toEqual([{ reader: 'contact', chip: null }]);
});
