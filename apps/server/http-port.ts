import { type HttpPort, type HttpRequest, type HttpResponse, HttpSilence } from '@zhanggui/base';

/** HTTP to institutions over the platform's own client, with kept connections, no redirects and answers of a bounded size. */
export const nodeHttpPort: HttpPort = { request };

const MOST_TEXT_BYTES = 4 * 1024 * 1024;
const MOST_FILE_BYTES = 256 * 1024 * 1024;

async function request({ method, url, headers, body, timeoutMs, binary }: HttpRequest): Promise<HttpResponse> {
  try {
    const response = await fetch(url, {
      method,
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body }),
    });
    const head = { status: response.status, headers: Object.fromEntries(response.headers) };
    const bytes = await readAtMost(response, binary === true ? MOST_FILE_BYTES : MOST_TEXT_BYTES);
    return binary === true ? { ...head, body: '', bytes } : { ...head, body: new TextDecoder().decode(bytes) };
  } catch (error) {
    if (error instanceof HttpSilence) throw error;
    const cause = (error as { cause?: ConnectionError }).cause;
    // A connection that was never made carried nothing; of everything else the other side may have acted on it.
    throw new HttpSilence(cause?.code ?? (error as Error).name, !neverConnected(cause), error);
  }
}

/** An account's address is typed by people: what answers there may never end. */
async function readAtMost({ body }: Response, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body ?? []) {
    length += part.length;
    if (length > most) throw new HttpSilence('ANSWER_TOO_LARGE', true);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

interface ConnectionError {
  readonly code?: string;
  readonly syscall?: string;
  /** Of a name with several addresses, what became of each. */
  readonly errors?: readonly ConnectionError[];
}

const NEVER_CONNECTED = ['ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'];

function neverConnected(cause: ConnectionError | undefined): boolean {
  if (cause === undefined) return false;
  if (cause.errors !== undefined) return cause.errors.length > 0 && cause.errors.every(neverConnected);
  return cause.syscall === 'connect' || NEVER_CONNECTED.includes(cause.code ?? '');
}
