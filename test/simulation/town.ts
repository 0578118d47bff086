import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { Auditor } from '../flows/auditor.ts';
import type { ApiClient } from '../support/api-client.ts';
import { CustomerWithCards } from '../support/customer.ts';
import { until } from '../support/until.ts';
import { openWorld, type TestServer, type World } from '../support/world.ts';
import { Dice } from './dice.ts';
import { FAULTS, type FaultCase, killsAt, lift } from './faults.ts';
import { OPERATIONS } from './operations.ts';
import { type Operation, Scene } from './scene.ts';

/** Both sides have heard of everything after this long, a lease of a dead server's work included. */
const LONGEST_REST_MS = 10_000;

/** How much is tried. */
export interface TownOptions {
  readonly seed: number;
  /** Stops before the next trial once so much time has passed. */
  readonly longestMs: number;
  /** Stops after so many trials; all of the matrix, and then more of it in another order, where it is not told. */
  readonly trials?: number;
  /** Only trials whose name holds this text. */
  readonly only?: string;
  /** Told of each trial as it ends. */
  report?(name: string, findings: readonly string[]): void;
}

/** What came of it. */
export interface TownReport {
  readonly trials: number;
  /** Each with the name of its trial; none when all is well. */
  readonly findings: readonly string[];
}

interface Trial {
  readonly name: string;
  readonly operation: Operation;
  readonly fault: FaultCase;
}

/** Every operation under every fault of its channel. */
export function matrix(): readonly Trial[] {
  return OPERATIONS.flatMap((operation) =>
    [...FAULTS[operation.channel], ...killsAt(operation.kills)].map((fault) => ({
      name: `${operation.channel} ${operation.id}, ${fault.id}`,
      operation,
      fault,
    })),
  );
}

/** Tries operations under faults, in the order of the seed, and holds both sides' books against each other after each. */
export async function runTown(options: TownOptions): Promise<TownReport> {
  const dice = new Dice(options.seed);
  const town = await Town.open();
  const findings: string[] = [];
  let trials = 0;
  const until = Date.now() + options.longestMs;
  const wanted = matrix().filter(({ name }) => name.includes(options.only ?? ''));
  const most = options.trials ?? Number.POSITIVE_INFINITY;
  try {
    while (wanted.length > 0 && trials < most && Date.now() < until) {
      for (const trial of dice.shuffled(wanted)) {
        if (trials >= most || Date.now() >= until) break;
        const found = await town.try(trial, dice.part(trials));
        trials += 1;
        findings.push(...found.map((sentence) => `${trial.name}: ${sentence}`));
        options.report?.(trial.name, found);
      }
    }
    return { trials, findings };
  } finally {
    await town.close();
  }
}

/** A shop with its outside, whose server may die and is started again at its address. */
class Town {
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

  /** One trial: prepare, let it go wrong, do it, make all well again, and look at both sides' books. */
  async try({ operation, fault }: Trial, dice: Dice): Promise<readonly string[]> {
    const scene = new Scene(() => this.#signedIn(), this.customer, dice, 'till_1');
    const act = await operation.prepare(scene);
    if (fault.kind === 'kill') await this.#dieAt(fault.at, act);
    else {
      await fault.arrange(this, operation.aims);
      await act();
      await lift(this);
      await this.#whole();
    }
    const payments = await scene.atRest();
    return [...scene.findings(payments), ...((await this.#auditor?.findings(LONGEST_REST_MS)) ?? [])];
  }

  /** The act on a server that dies on the way; where it does not pass that milestone the act has simply happened. */
  async #dieAt(at: string, act: () => Promise<unknown>): Promise<void> {
    await this.#start({ ZHANGGUI_CRASH_AT: at });
    const died = this.#server?.ended ?? Promise.resolve(null);
    await Promise.race([act().catch(() => undefined), died]);
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
