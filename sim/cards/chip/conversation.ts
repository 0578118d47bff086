import type { Rng } from '@zhanggui/base';
import {
  type Dialogue,
  type KernelAnswer,
  type KernelOutcome,
  type KernelRequest,
  type OnlineRequest,
  offlinePinCommand,
  parseCommand,
  parseResponse,
} from '@zhanggui/emv';
import { encodePinBlock } from '@zhanggui/paycrypto';
import type { ChipCard } from './chip-card.ts';

/** Who stands at the terminal, and who is at the end of the line. */
export interface People {
  /** What the holder types each time; the last counts for further times. Empty passes the PIN over. */
  readonly pins?: readonly string[];
  /** Which of the applications, by its place in the list that is shown. */
  readonly choice?: number;
  /** Undefined: the issuer cannot be reached. */
  readonly issuer?: (request: OnlineRequest) => Extract<KernelAnswer, { answer: 'issuer' }>;
  /** The card is pulled out instead of answering this command, by its INS and how often it came. */
  readonly pullOutAt?: (ins: number, times: number) => boolean;
}

/** A conversation held. */
export interface Held {
  readonly outcome: KernelOutcome;
  /** INS of every command, in order. */
  readonly commands: readonly number[];
  readonly asked: readonly KernelRequest['ask'][];
}

/** Lets a kernel and a chip card talk: the PIN pad stands here, so that no PIN passes through the kernel. */
export function converse(dialogue: Dialogue<KernelOutcome>, chip: ChipCard, rng: Rng, people: People = {}): Held {
  const commands: number[] = [];
  const asked: KernelRequest['ask'][] = [];
  let pinsTyped = 0;
  const typed = (): string => {
    const { pins = [''] } = people;
    pinsTyped += 1;
    return pins[Math.min(pinsTyped, pins.length) - 1] ?? '';
  };
  const answer = (request: KernelRequest): KernelAnswer => {
    if (request.ask !== 'card') asked.push(request.ask);
    switch (request.ask) {
      case 'card': {
        const { ins } = parseCommand(request.command);
        commands.push(ins);
        const gone = people.pullOutAt?.(ins, commands.filter((each) => each === ins).length) ?? false;
        const response = chip.transmit(request.command);
        const took = request.timed === true ? { tookMicroseconds: chip.answersAfterMicroseconds } : {};
        return gone ? { answer: 'card-removed' } : { answer: 'card', response, ...took };
      }
      case 'choose-application':
        return { answer: 'chosen', index: people.choice ?? 0 };
      case 'confirm-application':
        return { answer: 'confirmed' };
      case 'online-pin':
        return { answer: typed() === '' ? 'pin-bypassed' : 'pin-entered' };
      case 'offline-pin': {
        const pin = typed();
        if (pin === '') return { answer: 'pin-bypassed' };
        const command = offlinePinCommand(encodePinBlock(pin, { format: 2 }), request.pin, rng);
        return { answer: 'pin-presented', sw: parseResponse(chip.transmit(command)).sw };
      }
      case 'online':
        return people.issuer?.(request.request) ?? { answer: 'unable-to-go-online' };
    }
  };
  let step = dialogue.next();
  while (step.done !== true) step = dialogue.next(answer(step.value));
  return { outcome: step.value, commands, asked };
}
