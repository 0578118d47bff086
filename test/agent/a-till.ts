import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type RunningAgent, startAgent } from '../../apps/agent/agent.ts';
import type { AgentSettings } from '../../apps/agent/settings.ts';
import { type AgentPairing, pairWithAgent, signedHeaders } from '../../apps/pos/devices/agent-pairing.ts';

/** Where the tests' till comes from. */
export const TILL_ORIGIN = 'http://till.example:8080';

/** An agent in a folder of its own. */
export class AgentUnderTest {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'zhanggui-agent-'));
  readonly reported: string[] = [];
  #running: RunningAgent | undefined;
  #settings: Partial<AgentSettings> = {};

  get running(): RunningAgent {
    if (this.#running === undefined) throw new Error('the agent does not run');
    return this.#running;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.running.port}`;
  }

  /** Where the printer's preview writes. */
  get paper(): string {
    return path.join(this.folder, 'paper');
  }

  async start(settings: Partial<AgentSettings> = this.#settings): Promise<this> {
    this.#settings = settings;
    this.#running = await startAgent(
      {
        port: 0,
        dataFolder: path.join(this.folder, 'data'),
        tillOrigins: [TILL_ORIGIN],
        printer: { kind: 'preview', folder: this.paper },
        paper: 58,
        pcscdSocket: path.join(this.folder, 'no-pcscd'),
        parameters: undefined,
        demo: false,
        ...settings,
      },
      (words) => this.reported.push(words),
    );
    return this;
  }

  /** Ends the process's part; what it keeps stays. */
  async stop(): Promise<void> {
    await this.#running?.close();
    this.#running = undefined;
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A till that has typed the code which the agent shows. @throws Error when it is refused. */
  async pair(): Promise<ATill> {
    const { digits } = this.running.pairing.offerCode();
    const pairing = await pairWithAgent(
      { origin: this.origin, tillOrigin: TILL_ORIGIN, code: digits, name: 'till_1' },
      fetchFrom(TILL_ORIGIN),
    );
    if (typeof pairing === 'string') throw new Error(`pairing was refused: ${pairing}`);
    return new ATill(pairing);
  }
}

/** `fetch` as a page of `origin` would do it: a browser names the origin, and a program can. */
export function fetchFrom(origin: string): typeof fetch {
  return (url, init) => fetch(url, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), origin } });
}

/** An agent's answer. */
export interface AgentAnswer<Body> {
  readonly status: number;
  readonly body: Body;
}

/** A paired till that speaks HTTP. */
export class ATill {
  readonly pairing: AgentPairing;

  constructor(pairing: AgentPairing) {
    this.pairing = pairing;
  }

  async send<Body = Record<string, unknown>>(
    method: 'GET' | 'POST' | 'DELETE',
    target: string,
    content?: object,
  ): Promise<AgentAnswer<Body>> {
    const body = content === undefined ? '' : JSON.stringify(content);
    return this.sendWith<Body>(await signedHeaders(this.pairing, method, target, body), method, target, body);
  }

  /** Sends with these headers, which may be another request's. */
  async sendWith<Body = Record<string, unknown>>(
    headers: Readonly<Record<string, string>>,
    method: string,
    target: string,
    body: string,
    origin = TILL_ORIGIN,
  ): Promise<AgentAnswer<Body>> {
    const response = await fetchFrom(origin)(this.pairing.origin + target, {
      method,
      headers: { ...headers, ...(body === '' ? {} : { 'content-type': 'application/json' }) },
      ...(body === '' ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Body };
  }
}
