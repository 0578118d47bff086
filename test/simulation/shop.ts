import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { Auditor } from '../flows/auditor.ts';
import type { ApiClient } from '../support/api-client.ts';
import { CustomerWithCards } from '../support/customer.ts';
import { until } from '../support/until.ts';
import { openWorld, type TestServer, type World } from '../support/world.ts';
import type { Dice } from './dice.ts';
import { entryFindings } from './entries.ts';
import { Scene } from './scene.ts';

/** Both sides have heard of everything after this long, a lease of a dead server's work on a busy machine included. */
const LONGEST_REST_MS = 30_000;

/** What the shop lets cards approve without their bank. */
const OFFLINE_LIMITS = { perPaymentMinor: 30_000, totalMinor: 50_000 };

/** A shop with its outside, whose server may die and is started again at its address. */
export class Town {
  readonly world: World;
  readonly customer: CustomerWithCards;
  readonly #port: number;
  #server: TestServer | undefined;
  #client: ApiClient | undefined;
  #auditor: Auditor | undefined;

  private constructor(world: World, port: number) {
    this.world = world;
    this.customer = new CustomerWithCards(world.simulator);
    this.#port = port;
  }

  static async open(): Promise<Town> {
    const town = new Town(await openWorld(), await freePort());
    await town.start();
    await town.client.openShift('till_1');
    const operator = await town.#server?.signIn('operator');
    await operator?.send('PUT', '/tills/till_1/terminal/offline-limits', OFFLINE_LIMITS);
    town.#auditor = await Auditor.begin(town.client, town.customer);
    return town;
  }

  /** What a cashier and a customer do something in. */
  scene(dice: Dice): Scene {
    return new Scene(() => this.client, this, dice, 'till_1');
  }

  /** What both sides' books do not agree on, once everything has come to rest. Each difference is told once. */
  async findings(longestMs = LONGEST_REST_MS): Promise<readonly string[]> {
    const findings = (await this.#auditor?.findings(longestMs)) ?? [];
    if (findings.length > 0) this.#auditor = await Auditor.begin(this.client, this.customer);
    return findings;
  }

  /** What does not agree payment by payment, now or after this long: news of a late success may be on its way. */
  differences(longestMs = LONGEST_REST_MS): Promise<readonly string[]> {
    return until(
      () => entryFindings(this.world),
      (findings) => findings.length === 0,
      longestMs,
    );
  }

  /** All is well again: no fault waits, the bank's day has begun, and the lines to all institutions stand. */
  async heal(): Promise<void> {
    await this.customer.clearFaults();
    await this.customer.setBankLine(true);
    const { host } = this.world.simulator.bank;
    await until(
      async () => host.isChangingDay,
      (isChanging) => !isChanging,
    );
    await until(
      async () => (await (await fetch(`${this.client.origin}/healthz`)).json()) as { lines: Record<string, boolean> },
      ({ lines }) => Object.values(lines).every(Boolean),
    );
  }

  /** Starts the server, with what is told it beside its usual environment; one that runs is killed. */
  async start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.kill();
    this.#server = await this.world.startServer({ PORT: String(this.#port), ...environment });
    this.#client ??= await this.#server.signIn();
  }

  /** The server ends as at a power cut. */
  async kill(): Promise<void> {
    await this.#server?.kill();
  }

  /** Resolves with true once the server has died by itself. */
  async died(): Promise<boolean> {
    return (await this.#server?.ended) === 'SIGKILL';
  }

  /** A client that is signed in, whichever server answers it. */
  get client(): ApiClient {
    if (this.#client === undefined) throw new Error('the town has no server yet');
    return this.#client;
  }

  close(): Promise<void> {
    return this.world.close();
  }
}

/** A port that is free now, so that a server that is started again has the address that its till knows. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
