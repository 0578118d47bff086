import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createGb18030Encoder,
  drawerKick,
  PAPER,
  type PaperWidth,
  type ReceiptDocument,
  readEscPos,
  toEscPos,
  toSvg,
} from '@zhanggui/receipt';
import { PrinterError, printAndAsk } from './printer-status.ts';
import { overTcp } from './tcp-channel.ts';

/** A receipt printer with the cash drawer on its socket. Jobs come out in the order in which they were asked for. */
export interface Printer {
  readonly kind: 'tcp' | 'device' | 'preview';
  readonly paper: PaperWidth;
  /** @throws PrinterError */
  print(document: ReceiptDocument): Promise<void>;
  /** @throws PrinterError */
  openDrawer(): Promise<void>;
}

/** Where a printer is. */
export type PrinterPlace =
  /** Raw TCP, mostly port 9100. */
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** `/dev/usb/lp0`. */
  | { readonly kind: 'device'; readonly path: string }
  /** A folder: each job becomes a file of bytes, of text and, for what is printed, a picture. */
  | { readonly kind: 'preview'; readonly folder: string };

/** Longer than a printer takes for its longest job, whose end is asked for. */
const SILENT_AFTER_MS = 8000;

/** The printer at a place. */
export function openPrinter(place: PrinterPlace, paper: PaperWidth): Printer {
  const { columns } = PAPER[paper];
  const decoder = new TextDecoder('gb18030');
  const decode = (bytes: Uint8Array): string => decoder.decode(bytes);
  const encoder = createGb18030Encoder(decode);
  const send = inTurn(transportOf(place, decode));
  return {
    kind: place.kind,
    paper,
    print: (document) => send(toEscPos(document, { columns, encoder }), toSvg(document, columns)),
    openDrawer: () => send(drawerKick(), ''),
  };
}

type Transport = (bytes: Uint8Array, picture: string) => Promise<void>;

function transportOf(place: PrinterPlace, decode: (bytes: Uint8Array) => string): Transport {
  switch (place.kind) {
    case 'tcp':
      return (bytes, picture) => sendByTcp(place.host, place.port, bytes, picture !== '');
    case 'device':
      return (bytes) => writeDevice(place.path, bytes);
    case 'preview':
      return preview(place.folder, decode);
  }
}

/** One job after the other; one that failed does not keep the next from being tried. */
function inTurn(transport: Transport): Transport {
  let last: Promise<void> = Promise.resolve();
  return (bytes, picture) => {
    const job = last.then(() => transport(bytes, picture));
    last = job.catch(() => undefined);
    return job;
  };
}

/** A drawer opens without paper too: its pulse is sent unasked. */
async function sendByTcp(host: string, port: number, bytes: Uint8Array, isJob: boolean): Promise<void> {
  try {
    await overTcp({ host, port }, SILENT_AFTER_MS, (channel) =>
      isJob ? printAndAsk(channel, bytes) : channel.write(bytes),
    );
  } catch (error) {
    throw error instanceof PrinterError ? error : new PrinterError('printer-silent', error);
  }
}

/** The kernel's printer driver says by `ENOSPC` that there is no paper, and keeps who writes waiting while the printer is off line. */
async function writeDevice(path: string, bytes: Uint8Array): Promise<void> {
  const silence = Promise.withResolvers<never>();
  const timer = setTimeout(() => silence.reject(new PrinterError('printer-silent')), SILENT_AFTER_MS);
  try {
    await Promise.race([writeAll(path, bytes), silence.promise]);
  } catch (error) {
    if (error instanceof PrinterError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new PrinterError(code === 'ENOSPC' ? 'paper-out' : 'printer-silent', error);
  } finally {
    clearTimeout(timer);
  }
}

async function writeAll(path: string, bytes: Uint8Array): Promise<void> {
  const device = await open(path, 'r+');
  try {
    await device.writeFile(bytes);
  } finally {
    await device.close();
  }
}

/** What a printer would do, in files: `0001.bin`, `0001.txt`, `0001.svg`. */
function preview(folder: string, decode: (bytes: Uint8Array) => string): Transport {
  let jobs = 0;
  return async (bytes, picture) => {
    jobs += 1;
    const name = join(folder, String(jobs).padStart(4, '0'));
    const lines = readEscPos(bytes, decode).map((action) =>
      action.kind === 'line' ? action.text : action.kind === 'qr' ? `[qr ${action.content}]` : `[${action.kind}]`,
    );
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(`${name}.bin`, bytes);
      if (picture !== '') await writeFile(`${name}.svg`, picture);
      // The text comes last: who sees it finds the others.
      await writeFile(`${name}.txt`, `${lines.join('\n')}\n`);
    } catch (error) {
      throw new PrinterError('printer-fault', error);
    }
  };
}
