import type {
  ChannelDescription,
  MethodEnvironment,
  MethodPlugin,
  MethodPolicy,
} from '@zhanggui/modules/payments/method.ts';
import { classifyPaymentCode, type Wallet, walletOfConsumerCode } from '@zhanggui/qr';
import type { WalletConnector } from './connector.ts';
import { type OrderFlow, type WalletFlows, walletCredential } from './flow.ts';
import { type WalletIdentity, WalletMethod } from './wallet-method.ts';

/** One wallet, as its folder describes it. */
export interface WalletDescription<Account> {
  readonly id: string;
  readonly title: MethodPlugin['title'];
  /** Whose codes it takes. */
  readonly wallet: Wallet;
  readonly flows: WalletFlows;
  /** The times of a code that the cashier scanned, and those of the flows in which the customer acts alone. */
  readonly policy: MethodPolicy;
  readonly flowPolicies: Readonly<Partial<Record<OrderFlow, MethodPolicy>>>;
  readonly channel: ChannelDescription;
  connect(environment: MethodEnvironment): WalletConnector<Account>;
}

/** The way to pay that a wallet is. */
export function walletPlugin<Account>(description: WalletDescription<Account>): MethodPlugin {
  const { id, title, flows, policy, flowPolicies, channel } = description;
  const recognise = (scanned: string): boolean => walletOf(scanned) === description.wallet;
  const identity: WalletIdentity = { id, title, flows, recognise };
  return {
    id,
    title,
    holds: 'channel',
    credential: walletCredential(flows),
    policy,
    flowPolicies,
    channel,
    recognise,
    create: (environment) => new WalletMethod(identity, environment, description.connect(environment)),
  };
}

function walletOf(scanned: string): Wallet | undefined {
  const found = classifyPaymentCode(scanned);
  return found.outcome === 'recognized' ? (found.wallet ?? walletOfConsumerCode(found.code)) : undefined;
}
