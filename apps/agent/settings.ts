import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { PaperWidth } from '@zhanggui/receipt';
import { PCSCD_SOCKET } from './pcsc/pcsc-client.ts';
import type { PrinterPlace } from './printer/printer.ts';

/** What an agent is started with. */
export interface AgentSettings {
  readonly port: number;
  readonly dataFolder: string;
  readonly tillOrigins: readonly string[];
  readonly printer: PrinterPlace | undefined;
  readonly paper: PaperWidth;
  readonly pcscdSocket: string;
  /** Parsed `parameters.json` of the data folder; undefined without one. */
  readonly parameters: unknown;
  /** Demonstrations may have a PIN pad in software. */
  readonly demo: boolean;
}

/** A setting that cannot be so; the message says which and why. */
export class SettingsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SettingsError';
  }
}

/**
 * Settings of the environment: ZHANGGUI_AGENT_PORT (5120), ZHANGGUI_AGENT_DATA (`.zhanggui-agent` in the home folder), ZHANGGUI_TILL
 * (origins of tills, separated by commas; http://localhost:8080), ZHANGGUI_PRINTER (`tcp:host:9100`, `device:/dev/usb/lp0`,
 * `preview:folder`), ZHANGGUI_PAPER (58 or 80), ZHANGGUI_PCSCD (the service's socket), ZHANGGUI_AGENT_DEMO=1.
 * @throws SettingsError
 */
export function settingsFrom(environment: Readonly<Record<string, string | undefined>>): AgentSettings {
  const from = environment.ZHANGGUI_CALLED_FROM ?? process.cwd();
  const dataFolder = resolve(from, environment.ZHANGGUI_AGENT_DATA ?? join(homedir(), '.zhanggui-agent'));
  return {
    port: portOf(environment.ZHANGGUI_AGENT_PORT ?? '5120', 'ZHANGGUI_AGENT_PORT'),
    dataFolder,
    tillOrigins: (environment.ZHANGGUI_TILL ?? 'http://localhost:8080').split(',').map(originOf),
    printer: printerOf(environment.ZHANGGUI_PRINTER ?? '', from),
    paper: paperOf(environment.ZHANGGUI_PAPER ?? '58'),
    pcscdSocket: environment.ZHANGGUI_PCSCD ?? PCSCD_SOCKET,
    parameters: parametersOf(join(dataFolder, 'parameters.json')),
    demo: environment.ZHANGGUI_AGENT_DEMO === '1',
  };
}

function portOf(text: string, name: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port < 65_536) return port;
  throw new SettingsError(`${name} is "${text}", which is no port`);
}

/** A browser names an origin without path and without a slash at its end. */
function originOf(text: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url.origin;
  throw new SettingsError(`ZHANGGUI_TILL is "${text}", which is no address of a till`);
}

function printerOf(text: string, from: string): PrinterPlace | undefined {
  if (text === '') return undefined;
  const [kind, ...rest] = text.split(':');
  const place = rest.join(':');
  if (kind === 'device' && place !== '') return { kind, path: place };
  if (kind === 'preview' && place !== '') return { kind, folder: resolve(from, place) };
  const [, host, port] = /^(.+):(\d+)$/.exec(place) ?? [];
  if (kind === 'tcp' && host !== undefined && port !== undefined)
    return { kind, host, port: portOf(port, 'ZHANGGUI_PRINTER') };
  throw new SettingsError(`ZHANGGUI_PRINTER is "${text}"; it is tcp:host:port, device:path or preview:folder`);
}

function paperOf(text: string): PaperWidth {
  if (text === '58') return 58;
  if (text === '80') return 80;
  throw new SettingsError(`ZHANGGUI_PAPER is "${text}"; it is 58 or 80`);
}

function parametersOf(path: string): unknown {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new SettingsError(`${path} is not JSON: ${(error as Error).message}`);
  }
}
