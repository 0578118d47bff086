import type { ApiClient, PaymentDetail } from '../test/support/api-client.ts';

/** Milliseconds that each payment spent in the gateway itself, by its own timeline. */
export async function ownTimes(client: ApiClient, ids: readonly string[]): Promise<readonly number[]> {
  const times: number[] = [];
  for (const id of ids) times.push(ownTime(await client.payment(id)));
  return times;
}

function ownTime({ createdAt, updatedAt, events }: PaymentDetail): number {
  const at = (kind: string): number => Date.parse(events.find((event) => event.kind === kind)?.at ?? '');
  return Date.parse(updatedAt) - Date.parse(createdAt) - (at('answer') - at('request'));
}
