import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';

const BUILT = join(import.meta.dirname, '../dist/web');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Serves the page of a simulator that runs by itself, once `npm run build` has made it. */
export function servePage(app: FastifyInstance, url: string, file: string): void {
  app.get(url, (_request, reply) => sendBuilt(reply, file));
  app.get<{ Params: { file: string } }>('/assets/:file', ({ params }, reply) =>
    sendBuilt(reply, join('assets', basename(params.file))),
  );
}

/** Ends the program in order when it is told to. */
export function stopWhenTold(stop: () => Promise<void>): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void stop().then(() => process.exit(0)));
}

/** What the command line asks for; null when that was help. What cannot be is said with the usage, and the program ends. */
export function wantedOf<Wanted>(
  name: string,
  usage: string,
  read: (args: readonly string[]) => Wanted | null,
): Wanted | null {
  try {
    const wanted = read(process.argv.slice(2));
    if (wanted === null) console.log(usage);
    return wanted;
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(1);
  }
}

/** A whole number from the command line. @throws Error with a sentence for anything else. */
export function numberOf(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (text !== '' && Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Error(`${name} is a number from ${least} to ${most}`);
}

async function sendBuilt(reply: FastifyReply, file: string): Promise<FastifyReply> {
  const content = await readFile(join(BUILT, file)).catch(() => null);
  if (content === null) return reply.code(404).type('text/plain').send('The pages are made by: npm run build\n');
  return reply.type(TYPES[extname(file)] ?? 'application/octet-stream').send(content);
}
