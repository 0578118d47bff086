import { type ApiClient, ApiProblem } from './api-client.ts';

/** A request as it goes over the wire, for what a well-behaved client never sends. */
export async function raw(url: string, method = 'GET', headers: Record<string, string> = {}, body?: string) {
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** The problem that a request was refused with. @throws Error when it was not. */
export async function problemOf(answer: Promise<unknown>): Promise<ApiProblem> {
  const came = await answer.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (came instanceof ApiProblem) return came;
  throw new Error('the request was not refused', { cause: came });
}

/** Status and code of the problem that a request was refused with. */
export async function codeOf(answer: Promise<unknown>): Promise<string> {
  return saidBy(await problemOf(answer));
}

/** Status and code of a problem; any other error goes on. */
export function saidBy(error: unknown): string {
  if (!(error instanceof ApiProblem)) throw error;
  return `${error.status} ${error.code}`;
}

export const JSON_TYPE = { 'content-type': 'application/json' };

/** What a person of the demo signs in with. */
export function login(username: string): { username: string; password: string } {
  return { username, password: `${username}-demo` };
}

/** The token of the receipt of ¥7 that were paid in cash. */
export async function paidReceipt(cashier: ApiClient): Promise<string> {
  const sale = await cashier.saleOf(700);
  await cashier.pay(sale.id, 'cash', 700, { tenderedMinor: 700 });
  return (await cashier.sale(sale.id)).receiptToken ?? '';
}
