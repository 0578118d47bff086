/** `lost`: no word from the server for a while, being tried again. */
export type LinkState = 'connecting' | 'live' | 'lost';

interface StreamOptions {
  readonly url: string;
  /** Called with the parsed data of each event of the name. */
  readonly on: Readonly<Record<string, (data: unknown) => void>>;
  readonly onState?: (state: LinkState) => void;
  /** Called after each successful connection, to fetch what was missed in between. */
  readonly onOpen?: () => void;
}

const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 15_000;
const SILENCE_LIMIT_MS = 45_000;

/**
 * Listens to server-sent events and connects again by itself: also after an HTTP error, on which a browser's own
 * EventSource gives up for ever, and after a silence longer than the server's pings allow. Returns a function that ends it.
 */
export function openEventStream(options: StreamOptions): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let delayMs = FIRST_DELAY_MS;

  function connect(): void {
    source = new EventSource(options.url);
    source.onopen = () => {
      delayMs = FIRST_DELAY_MS;
      options.onState?.('live');
      options.onOpen?.();
      expectWord();
    };
    source.onerror = () => reconnect();
    source.addEventListener('ping', expectWord);
    for (const [name, handle] of Object.entries(options.on))
      source.addEventListener(name, (event: MessageEvent<string>) => {
        expectWord();
        handle(JSON.parse(event.data));
      });
  }

  function expectWord(): void {
    clearTimeout(timer);
    timer = setTimeout(reconnect, SILENCE_LIMIT_MS);
  }

  function reconnect(): void {
    source?.close();
    clearTimeout(timer);
    options.onState?.('lost');
    timer = setTimeout(connect, delayMs);
    delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
  }

  options.onState?.('connecting');
  connect();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
