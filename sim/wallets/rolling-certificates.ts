import type { FastifyInstance } from 'fastify';
import type { CertifiedKey } from './certificates.ts';

/** The certificates with which a platform signs; one that is followed by another stays good. */
export class RollingCertificates {
  readonly #next: () => Promise<CertifiedKey>;
  #current: CertifiedKey;
  #all: readonly CertifiedKey[];

  constructor(first: CertifiedKey, next: () => Promise<CertifiedKey>) {
    this.#current = first;
    this.#all = [first];
    this.#next = next;
  }

  get current(): CertifiedKey {
    return this.#current;
  }

  /** Oldest first. */
  get all(): readonly CertifiedKey[] {
    return this.#all;
  }

  /** From now on another certificate signs, until the simulator starts again. */
  async rotate(): Promise<void> {
    this.#current = await this.#next();
    this.#all = [...this.#all, this.#current];
  }
}

/** `POST <prefix>/rotate`: another certificate signs from now on; its serial number is told as the wallet writes it. */
export function rotateOnDemand(
  app: FastifyInstance,
  prefix: string,
  certificates: RollingCertificates,
  serialOf: (certificate: CertifiedKey) => string,
): void {
  app.post(`${prefix}/rotate`, async () => {
    await certificates.rotate();
    return { serial: serialOf(certificates.current) };
  });
}
