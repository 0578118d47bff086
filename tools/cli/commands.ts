import type { Command } from './command.ts';
import { card } from './commands/card.ts';
import { dukpt } from './commands/dukpt.ts';
import { id } from './commands/id.ts';
import { iso8583 } from './commands/iso8583.ts';
import { kcv } from './commands/kcv.ts';
import { mac } from './commands/mac.ts';
import { pinblock } from './commands/pinblock.ts';
import { qr } from './commands/qr.ts';
import { tlv } from './commands/tlv.ts';

/** One line a command, in the order of the help. */
export const commands: readonly Command[] = [tlv, iso8583, qr, kcv, dukpt, pinblock, mac, card, id];
