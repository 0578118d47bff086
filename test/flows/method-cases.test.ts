import { alipay } from '@zhanggui/plugins/methods/alipay/plugin.ts';
import { ecny } from '@zhanggui/plugins/methods/ecny/plugin.ts';
import { unionPayQr } from '@zhanggui/plugins/methods/unionpay-qr/plugin.ts';
import { wechat } from '@zhanggui/plugins/methods/wechat/plugin.ts';
import { describe } from 'vitest';
import type { WalletId } from '../../sim/wallets/code-issuer.ts';
import type { MethodLab } from '../support/method-lab.ts';
import { type MethodUnderTest, methodCases } from './method-cases.ts';

/** The customer scans the code of the only open order and agrees. */
const scansAndPaysBy =
  (wallet: WalletId) =>
  async ({ wallets }: MethodLab): Promise<void> => {
    const [order] = wallets.books[wallet].phones.openCodes();
    await wallets.command('POST', `phones/${wallet}/wangfang/scan`, { qr: order?.transactionId, pay: true });
  };
const scansAndPays = scansAndPaysBy('wechat');

const code = { notifies: false, first: 'pay' } as const;
const byCode = { ...code, credential: (wallets: MethodLab['wallets']) => ({ code: wallets.codeOf('wechat') }) };

const alipayShown = {
  plugin: alipay,
  wallet: 'alipay',
  credential: () => ({ show: true }),
  first: 'order',
  customerPays: scansAndPaysBy('alipay'),
  notifies: true,
} as const;

/** One entry a way to pay; a new wallet stands here too. */
const subjects: readonly MethodUnderTest[] = [
  { ...byCode, name: 'WeChat Pay, code', plugin: wechat, wallet: 'wechat', account: ({ access }) => access.wechat },
  {
    ...byCode,
    name: 'WeChat Pay, code, through a service provider, certificates downloaded',
    plugin: wechat,
    wallet: 'wechat',
    account: ({ access }) => access.wechat.partner,
  },
  {
    ...byCode,
    name: 'WeChat Pay, code, SM2 keys',
    plugin: wechat,
    wallet: 'wechat',
    account: ({ access }) => access.wechat.sm2,
  },
  {
    name: 'WeChat Pay, shown code',
    plugin: wechat,
    wallet: 'wechat',
    account: ({ access }) => access.wechat,
    credential: () => ({ show: true }),
    first: 'order',
    customerPays: scansAndPays,
    notifies: true,
  },
  {
    name: 'WeChat Pay, shown code, through a service provider',
    plugin: wechat,
    wallet: 'wechat',
    account: ({ access }) => access.wechat.partner,
    credential: () => ({ show: true }),
    first: 'order',
    customerPays: scansAndPays,
    notifies: true,
  },
  {
    name: 'WeChat Pay, shown code, SM2 keys',
    plugin: wechat,
    wallet: 'wechat',
    account: ({ access }) => access.wechat.sm2,
    credential: () => ({ show: true }),
    first: 'order',
    customerPays: scansAndPays,
    notifies: true,
  },
  {
    ...code,
    name: 'Alipay, code',
    plugin: alipay,
    wallet: 'alipay',
    account: ({ access }) => access.alipay,
    credential: (wallets) => ({ code: wallets.codeOf('alipay') }),
  },
  {
    ...code,
    name: 'Alipay, code, certificates and encrypted content',
    plugin: alipay,
    wallet: 'alipay',
    account: ({ access }) => access.alipay.certificates,
    credential: (wallets) => ({ code: wallets.codeOf('alipay') }),
  },
  { ...alipayShown, name: 'Alipay, shown code', account: ({ access }) => access.alipay },
  {
    ...alipayShown,
    name: 'Alipay, shown code, certificates and encrypted content',
    account: ({ access }) => access.alipay.certificates,
  },
  {
    ...alipayShown,
    name: 'Alipay, shown code, through a service provider',
    account: ({ access }) => access.alipay.isv,
  },
  ...(
    [
      ['UnionPay QR', unionPayQr, 'unionpay-qr'],
      ['e-CNY', ecny, 'ecny'],
    ] as const
  ).flatMap(([name, plugin, wallet]): MethodUnderTest[] => {
    const shared = { plugin, wallet, account: ({ access }: MethodLab['wallets']) => access[wallet] };
    return [
      { ...code, ...shared, name: `${name}, code`, credential: (wallets) => ({ code: wallets.codeOf(wallet) }) },
      {
        ...shared,
        name: `${name}, shown code`,
        credential: () => ({ show: true }),
        first: 'order',
        customerPays: scansAndPaysBy(wallet),
        notifies: true,
      },
    ];
  }),
];

describe.each(subjects)('$name', (subject) => methodCases(subject));
