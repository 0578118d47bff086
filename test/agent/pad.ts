/** Types a PIN at the demonstration's pad by the places at which its digits stand, or passes it over. @returns whether one was asked for. */
export async function typeAskedPin(padUrl: string, pin: string | undefined): Promise<boolean> {
  const pad = new URL(padUrl);
  const headers = { 'x-pad-token': pad.hash.slice(1), 'content-type': 'application/json' };
  const asked = (await (await fetch(new URL('/pad/question', pad), { headers })).json()) as {
    readonly number: number | null;
    readonly layout: readonly number[];
  };
  if (asked.number === null) return false;
  const places = [...(pin ?? '')].map((digit) => asked.layout.indexOf(Number(digit)));
  const entry = pin === undefined ? { end: 'bypassed' } : { places };
  const body = JSON.stringify({ number: asked.number, ...entry });
  return (await fetch(new URL('/pad/entry', pad), { method: 'POST', headers, body })).ok;
}
