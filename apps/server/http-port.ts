import { type HttpPort, type HttpRequest, type HttpResponse, HttpSilence } from '@zhanggui/base';

/** HTTP to institutions over the platform's own client, with kept connections and no redirects. */
export const nodeHttpPort: HttpPort = { request };

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
    if (binary === true) return { ...head, body: '', bytes: new Uint8Array(await response.arrayBuffer()) };
    return { ...head, body: await response.text() };
  } catch (error) {
    const cause = (error as { cause?: { code?: string; syscall?: string } }).cause;
    // A connection that was never made carried nothing; of everything else the other side may have acted on it.
    const sent = !(cause?.syscall === 'connect' || cause?.code === 'ENOTFOUND' || cause?.code === 'EAI_AGAIN');
    throw new HttpSilence(cause?.code ?? (error as Error).name, sent, error);
  }
}
