import type { Command } from './command.ts';
import { arqc } from './commands/arqc.ts';
import { card } from './commands/card.ts';
import { cvv } from './commands/cvv.ts';
import { dukpt } from './commands/dukpt.ts';
import { id } from './commands/id.ts';
import { iso8583 } from './commands/iso8583.ts';
import { kcv } from './commands/kcv.ts';
import { mac } from './commands/mac.ts';
import { pinblock } from './commands/pinblock.ts';
import { qr } from './commands/qr.ts';
import { sm } from './commands/sm.ts';
import { tlv } from './commands/tlv.ts';
import { tr31 } from './commands/tr31.ts';

/** One line a command, in the order of the help. */
export const commands: readonly Command[] = [
  tlv,
  iso8583,
  qr,
  kcv,
  dukpt,
  tr31,
  pinblock,
  mac,
  cvv,
  arqc,
  sm,
  card,
  id,
];
