import type { ByteChannel } from './tcp-channel.ts';

/** Why nothing, or not all, came out: no answer, no paper, an open cover, a jam or another fault that hands must mend. */
export type PrinterTrouble = 'printer-silent' | 'paper-out' | 'cover-open' | 'printer-fault';

/** The printer does not take what is sent to it. */
export class PrinterError extends Error {
  readonly trouble: PrinterTrouble;

  constructor(trouble: PrinterTrouble, cause?: unknown) {
    super(`the printer cannot print: ${trouble}`, { cause });
    this.name = 'PrinterError';
    this.trouble = trouble;
  }
}

/** DLE EOT 2 and 4: why it is off line, and its paper sensors. They are answered at once, also off line. Epson ESC/POS. */
const STATUS_REQUEST: Uint8Array = Uint8Array.of(0x10, 0x04, 2, 0x10, 0x04, 4);
/** GS r 1: the paper sensors once more, answered when all before it has been printed. */
const END_OF_JOB: Uint8Array = Uint8Array.of(0x1d, 0x72, 1);

const STATUS_WITHIN_MS = 700;
/** How often the end of a job is waited for, that long each: a slip of half a metre comes out meanwhile. */
const END_ROUNDS = 7;
/** Answers to earlier questions that may come before those to DLE EOT. */
const MOST_OTHER_BYTES = 8;

/**
 * Prints a job on a printer that can be asked: its state before, the end of the job, its state after. One that does not tell its state is
 * given the job as it stands.
 * @throws PrinterError
 */
export async function printAndAsk(channel: ByteChannel, job: Uint8Array): Promise<void> {
  const tells = await tellsState(channel);
  await channel.write(job);
  if (!tells) return;
  await channel.write(END_OF_JOB);
  for (let round = 0; round < END_ROUNDS; round += 1) {
    const isPrinted = (await channel.read(1, STATUS_WITHIN_MS)).length > 0;
    if (!(await tellsState(channel))) throw new PrinterError('printer-silent');
    if (isPrinted) return;
  }
  // Nothing is wrong with it all the while: it does not know the question, as some printers do not.
}

/** Whether the printer tells its state; @throws PrinterError when that is none to print in. */
async function tellsState(channel: ByteChannel): Promise<boolean> {
  await channel.write(STATUS_REQUEST);
  const told: number[] = [];
  for (let round = 0; told.length < 2 && round < MOST_OTHER_BYTES; round += 1) {
    const [byte] = await channel.read(1, STATUS_WITHIN_MS);
    if (byte === undefined) return false;
    if (isStatus(byte)) told.push(byte);
  }
  const [cause, paper] = told;
  if (cause === undefined || paper === undefined) return false;
  const trouble = troubleOf(cause, paper);
  if (trouble !== undefined) throw new PrinterError(trouble);
  return true;
}

/** Every answer to DLE EOT has bits 1 and 4 set, 0 and 7 not. */
function isStatus(byte: number): boolean {
  return (byte & 0x93) === 0x12;
}

function troubleOf(cause: number, paper: number): PrinterTrouble | undefined {
  if ((cause & 0x04) !== 0) return 'cover-open';
  if ((cause & 0x20) !== 0 || (paper & 0x60) !== 0) return 'paper-out';
  return (cause & 0x40) !== 0 ? 'printer-fault' : undefined;
}
