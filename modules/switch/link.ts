/** What became of a request on the line. */
export type LinkAnswer =
  | { readonly kind: 'answer'; readonly message: Uint8Array }
  /** No byte of it left this machine. */
  | { readonly kind: 'not-sent'; readonly cause: string }
  /** It may have been received, and no answer came. */
  | { readonly kind: 'silent'; readonly cause: string };

/** The port to one acquirer's line: whole messages without their length prefix, matched to their answers. */
export interface AcquirerLink {
  /** One lasting connection for all requests, or one for each. */
  readonly kind: 'persistent' | 'short';
  /**
   * Sends `message` and waits for the answer that carries the same `correlation`. Never throws.
   * @param timeoutMs longest time for connecting, sending and waiting together.
   * @param correlation what request and answer have in common, such as type, trace number and terminal.
   */
  request(message: Uint8Array, correlation: string, timeoutMs: number): Promise<LinkAnswer>;
  /** Whether a connection stands now. */
  connected(): boolean;
  /** Ends the connection that stands, as one that has gone deaf; waiting requests end as `silent` and it is made again. */
  drop(cause: string): void;
  close(): Promise<void>;
}

/** How the link reads and reports messages; a dialect and the exchange give it. */
export interface LinkEvents {
  /** The correlation of an arrived message, or null when it cannot be read. */
  correlationOf(message: Uint8Array): string | null;
  /** An answer whose request had been given up, or a second answer to one request. */
  onLateAnswer(correlation: string, message: Uint8Array): void;
  /** A message whose correlation cannot be read. */
  onUnreadable(message: Uint8Array): void;
  /** The connection stands, or is lost for `cause`. */
  onState?(connected: boolean, cause: string): void;
}

/** Where and how an acquirer is reached. */
export interface LinkConfig {
  readonly host: string;
  readonly port: number;
  /** `persistent` unless told. */
  readonly connection?: 'persistent' | 'short';
  /** Absent for plain TCP over a private line. */
  readonly tls?: {
    /** The only certificate authority that is trusted, PEM. */
    readonly caPem: string;
    /** Name that the host's certificate must carry; the host's address where it is absent. */
    readonly serverName?: string;
    readonly clientCertificatePem?: string;
    readonly clientKeyPem?: string;
  };
  /** Longest wait for a connection before a request is `not-sent`. */
  readonly connectTimeoutMs?: number;
  /** First delay before connecting again; doubled each time up to `maximumBackOffMs`. */
  readonly backOffMs?: number;
  readonly maximumBackOffMs?: number;
  /** How many requests may wait for answers at once; more are `not-sent`. 200 unless told. */
  readonly maximumWaiting?: number;
  /** Requests in a row without an answer after which nothing is sent for a moment. 10 unless told. */
  readonly failuresToOpen?: number;
  /** How long nothing is sent then, before one request tries; doubled up to a minute while that fails. A second unless told. */
  readonly openMs?: number;
}
