import type { Command } from './command.ts';
import { card } from './commands/card.ts';
import { id } from './commands/id.ts';
import { qr } from './commands/qr.ts';
import { tlv } from './commands/tlv.ts';

/** One line a command, in the order of the help. */
export const commands: readonly Command[] = [tlv, qr, card, id];
