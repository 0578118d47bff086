import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Auditor } from '../flows/auditor.ts';
import type { ApiClient } from '../support/api-client.ts';
import { CustomerWithCards } from '../support/customer.ts';
import { until } from '../support/until.ts';
import { openWorld, type TestServer, type World } from '../support/world.ts';
import type { Dice } from './dice.ts';
import { lift } from './faults.ts';
import { Scene } from './scene.ts';

/** Long enough for a request to be on the line, and too short for its answer. */
const DIES_AFTER_MS = 400;

/** Both sides have heard of everything after this long, a lease of a dead server's work included. */
const LONGEST_REST_MS = 10_000;

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
    await town.#start();
    await town.#signedIn().openShift('till_1');
    town.#auditor = await Auditor.begin(town.#signedIn(), town.customer);
    return town;
  }

  /** What a cashier and a customer do something in. */
  scene(dice: Dice): Scene {
    return new Scene(() => this.#signedIn(), this.customer, dice, 'till_1');
  }

  /** What both sides' books do not agree on, once everything has come to rest. */
  async findings(longestMs = LONGEST_REST_MS): Promise<readonly string[]> {
    return (await this.#auditor?.findings(longestMs)) ?? [];
  }

  /** All is well again: no fault waits and the lines to all institutions stand. */
  async heal(): Promise<void> {
    await lift(this);
    await this.#whole();
  }

  /** The act on a server that dies on the way; where it does not pass that milestone the act has simply happened. */
  async dieAt(at: string, act: () => Promise<unknown>): Promise<void> {
    await this.#start({ ZHANGGUI_CRASH_AT: at });
    const died = this.#server?.ended ?? Promise.resolve(null);
    await Promise.race([act().catch(() => undefined), died]);
    await this.#start();
    await this.#whole();
    await act();
  }

  /** The act on a server that dies while it waits for the outside's answer. */
  async dieWaiting(act: () => Promise<unknown>): Promise<void> {
    const unanswered = act().catch(() => undefined);
    await delay(DIES_AFTER_MS);
    await this.#server?.kill();
    await unanswered;
    await lift(this);
    await this.#start();
    await this.#whole();
    await act();
  }

  /** The lines to all institutions stand again. */
  async #whole(): Promise<void> {
    await until(
      async () =>
        (await (await fetch(`${this.#signedIn().origin}/healthz`)).json()) as { lines: Record<string, boolean> },
      ({ lines }) => Object.values(lines).every(Boolean),
    );
  }

  async #start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.#server?.kill();
    this.#server = await this.world.startServer({ PORT: String(this.#port), ...environment });
    this.#client ??= await this.#server.signIn();
  }

  #signedIn(): ApiClient {
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
