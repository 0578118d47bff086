import { openEventStream } from '@zhanggui/ui/event-stream.ts';

/** Whose app the phone shows. */
export type WalletId = (typeof WALLETS)[number];

export const WALLETS = ['wechat', 'alipay', 'unionpay-qr', 'ecny'] as const;

/** A customer who carries a phone. */
export interface PhoneCustomer {
  readonly id: string;
  readonly name: string;
  readonly nameEn: string;
  readonly balanceMinor: number;
  readonly offline: boolean;
  readonly insufficient: boolean;
  readonly alwaysAsk: boolean;
}

/** A payment as its customer sees it. Instants are milliseconds since the epoch. */
export interface PhoneOrder {
  readonly outTradeNo: string;
  readonly description: string;
  readonly amountMinor: number;
  readonly state: 'unpaid' | 'paying' | 'paid' | 'failed' | 'closed' | 'revoked';
  readonly failure: 'balance' | 'limit' | 'refused' | 'timeout' | 'password' | null;
  readonly paidAt: number | null;
  readonly refundedMinor: number;
  readonly createdAt: number;
}

/** What a phone shows. */
export interface PhoneView {
  readonly wallet: WalletId;
  readonly customer: PhoneCustomer;
  readonly prompt: (PhoneOrder & { readonly wantsPassword: boolean }) | null;
  readonly history: readonly PhoneOrder[];
}

/** An order whose code a shop shows now. */
export interface OpenCode extends PhoneOrder {
  /** What a camera would read. */
  readonly qr: string;
}

/** The code on the phone; instants are milliseconds since the epoch. */
export interface PhoneCode {
  readonly code: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export type PhoneSwitch = 'offline' | 'insufficient' | 'alwaysAsk';

/** One wallet of one customer. */
export interface PhoneOwner {
  readonly wallet: WalletId;
  readonly customer: string;
}

/** The customers of each wallet. */
export async function fetchCustomers(wallet: WalletId): Promise<readonly PhoneCustomer[]> {
  const { wallets } = (await call('GET', '/sim/phones')) as {
    wallets: { id: WalletId; customers: PhoneCustomer[] }[];
  };
  return wallets.find(({ id }) => id === wallet)?.customers ?? [];
}

/** The code to show now. */
export async function fetchCode(owner: PhoneOwner): Promise<PhoneCode> {
  return (await call('GET', `${base(owner)}/code`)) as PhoneCode;
}

/** Another code than the one shown. */
export async function renewCode(owner: PhoneOwner): Promise<PhoneCode> {
  return (await call('POST', `${base(owner)}/code`, {})) as PhoneCode;
}

/** The codes that shops show now, the newest first. */
export async function fetchOpenCodes(owner: PhoneOwner): Promise<readonly OpenCode[]> {
  return ((await call('GET', `${base(owner)}/codes`)) as { codes: OpenCode[] }).codes;
}

/** Scans a shop's code; resolves to the state of its order, or to why it cannot be paid. */
export async function scanCode(owner: PhoneOwner, qr: string): Promise<string> {
  return ((await call('POST', `${base(owner)}/scan`, { qr })) as { result: string }).result;
}

/** Enters the password; resolves to whether it was right. */
export async function confirmPayment(owner: PhoneOwner, password: string): Promise<boolean> {
  const { result } = (await call('POST', `${base(owner)}/confirm`, { password })) as { result: string };
  return result !== 'wrong-password';
}

/** Refuses the payment that is asked about. */
export async function refusePayment(owner: PhoneOwner): Promise<void> {
  await call('POST', `${base(owner)}/refuse`, {});
}

/** Turns one of the phone's switches. */
export async function turnSwitch(owner: PhoneOwner, name: PhoneSwitch, on: boolean): Promise<void> {
  await call('PUT', `${base(owner)}/switches`, { [name]: on });
}

/** Follows what the phone shows; returns a function that ends it. */
export function followPhone(
  owner: PhoneOwner,
  onView: (view: PhoneView) => void,
  onLink: (live: boolean) => void,
): () => void {
  return openEventStream({
    url: `${base(owner)}/events`,
    on: { state: (data) => onView(data as PhoneView) },
    onState: (link) => onLink(link !== 'lost'),
  });
}

function base({ wallet, customer }: PhoneOwner): string {
  return `/sim/phones/${wallet}/${encodeURIComponent(customer)}`;
}

async function call(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<unknown> {
  const answer = await fetch(path, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
  return answer.json();
}
