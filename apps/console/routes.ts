/** A place in the console. `on` is a business date `YYYY-MM-DD`. */
export type Place =
  | { readonly page: 'today'; readonly on?: string }
  | ({ readonly page: 'payments' } & PaymentsFilter)
  | { readonly page: 'payment'; readonly id: string }
  | { readonly page: 'ledger' }
  | { readonly page: 'account'; readonly id: string }
  | { readonly page: 'links'; readonly view?: 'codes' }
  | { readonly page: 'shop-code'; readonly id: string }
  | { readonly page: 'settlement'; readonly view?: 'bills' }
  | { readonly page: 'channels'; readonly view?: 'acquirers' }
  | { readonly page: 'keys'; readonly view?: KeysViewName }
  | { readonly page: 'bench' };

/** The parts of the keys' page beside the tree of keys. */
export type KeysViewName = 'keys' | 'requests' | 'audit';

/** Which payments a list shows; what is absent does not narrow it. */
export interface PaymentsFilter {
  readonly on?: string;
  readonly method?: string;
  readonly result?: ResultFilter;
}

export const RESULTS = ['succeeded', 'failed', 'pending'] as const;
export type ResultFilter = (typeof RESULTS)[number];

/** The place that the part of the address after `#` names; what names none is the first page. */
export function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const [page = '', id] = path.replace(/^\//, '').split('/').map(decoded);
  const asked = new URLSearchParams(query);
  if (page === 'payments') return id ? { page: 'payment', id } : { page: 'payments', ...filterOf(asked) };
  if (page === 'ledger') return id ? { page: 'account', id } : { page: 'ledger' };
  if (page === 'links') return id ? { page: 'shop-code', id } : { page: 'links', ...viewOf(asked, 'codes') };
  if (page === 'settlement') return { page: 'settlement', ...viewOf(asked, 'bills') };
  if (page === 'channels') return { page: 'channels', ...viewOf(asked, 'acquirers') };
  if (page === 'keys') return { page: 'keys', ...keysViewOf(asked) };
  if (page === 'bench') return { page: 'bench' };
  return { page: 'today', ...dayOf(asked) };
}

/** The address of a place, for a link. */
export function hrefOf(place: Place): string {
  switch (place.page) {
    case 'today':
      return `#/${queryOf({ on: place.on })}`;
    case 'payments':
      return `#/payments${queryOf({ on: place.on, method: place.method, result: place.result })}`;
    case 'payment':
      return `#/payments/${encodeURIComponent(place.id)}`;
    case 'account':
      return `#/ledger/${encodeURIComponent(place.id)}`;
    case 'shop-code':
      return `#/links/${encodeURIComponent(place.id)}`;
    case 'keys':
    case 'links':
    case 'settlement':
    case 'channels':
      return `#/${place.page}${queryOf({ view: place.view })}`;
    default:
      return `#/${place.page}`;
  }
}

/** `?on=…&method=…` of what is there, or nothing. */
export function queryOf(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

function filterOf(asked: URLSearchParams): PaymentsFilter {
  const method = asked.get('method');
  const result = RESULTS.find((known) => known === asked.get('result'));
  return { ...dayOf(asked), ...(method ? { method } : {}), ...(result ? { result } : {}) };
}

function keysViewOf(asked: URLSearchParams): { view?: KeysViewName } {
  const view = (['requests', 'audit'] as const).find((known) => known === asked.get('view'));
  return view === undefined ? {} : { view };
}

function viewOf<View extends string>(asked: URLSearchParams, view: View): { view?: View } {
  return asked.get('view') === view ? { view } : {};
}

function dayOf(asked: URLSearchParams): { on?: string } {
  const on = asked.get('on') ?? '';
  return /^\d{4}-\d{2}-\d{2}$/.test(on) && !Number.isNaN(Date.parse(on)) ? { on } : {};
}

/** An address that was typed by hand may hold a broken escape; then it is taken as it stands. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
