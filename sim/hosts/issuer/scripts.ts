import { concatBytes, fromHex } from '@zhanggui/base';
import type { ScriptOrder } from '../../cards/chip/card-issuer.ts';

/** What the bank can have done inside a chip. EMV Book 3 clauses 6.5.1, 6.5.2, 6.5.3, 6.5.10; PUT DATA of JR/T 0025.5. */
export const SCRIPT_COMMANDS = {
  'pin-unblock': '84240000',
  'application-block': '841E0000',
  'application-unblock': '84180000',
  'card-block': '84160000',
  /** The most transactions in a row that the card may approve by itself (9F58) becomes 5. */
  'counter-update': '04DA9F5805',
} as const;

export type ScriptName = keyof typeof SCRIPT_COMMANDS;

export function isScriptName(name: unknown): name is ScriptName {
  return typeof name === 'string' && Object.hasOwn(SCRIPT_COMMANDS, name);
}

/**
 * One script with these commands. A PIN is unblocked before the card's last word (71), everything else after it (72), so
 * that a blocked application can still say it. `number` becomes the script's identifier.
 */
export function scriptOrders(names: readonly ScriptName[], number: number): ScriptOrder[] {
  const order = (template: '71' | '72', chosen: readonly ScriptName[]): ScriptOrder[] => {
    if (chosen.length === 0) return [];
    const identifier = concatBytes(Uint8Array.of(template === '71' ? 0x71 : 0x72), fromHex(hex(number)));
    return [{ template, identifier, headers: chosen.map((name) => fromHex(SCRIPT_COMMANDS[name])) }];
  };
  const before = names.filter((name) => name === 'pin-unblock');
  return [
    ...order('71', before),
    ...order(
      '72',
      names.filter((name) => name !== 'pin-unblock'),
    ),
  ];
}

function hex(number: number): string {
  return (number % 0x1000000).toString(16).padStart(6, '0').toUpperCase();
}
