/** One HTTP request to an institution. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  /** The answer is a file: it comes as `bytes`, and its `body` stays empty. */
  readonly binary?: true;
}

/** The answer with its body as it came, since signatures are computed over raw bytes. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Where the request asked for a file. */
  readonly bytes?: Uint8Array;
}

/** A request that got no answer. `sent` is false only when it is certain that nothing left this machine. */
export class HttpSilence extends Error {
  readonly sent: boolean;
  constructor(message: string, sent: boolean, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'HttpSilence';
    this.sent = sent;
  }
}

/** The port for HTTP to the outside. */
export interface HttpPort {
  /** @throws HttpSilence when no answer came in time. */
  request(request: HttpRequest): Promise<HttpResponse>;
}
