import { alipay } from '@zhanggui/plugins/methods/alipay/plugin.ts';
import { wechat } from '@zhanggui/plugins/methods/wechat/plugin.ts';
import { describe } from 'vitest';
import type { MethodLab } from '../support/method-lab.ts';
import { type MethodUnderTest, methodCases } from './method-cases.ts';

/** The customer scans the code of the only open order and agrees. */
async function scansAndPays({ wallets }: MethodLab): Promise<void> {
  const [order] = wallets.books.wechat.phones.openCodes();
  await wallets.command('POST', 'phones/wechat/wangfang/scan', { qr: order?.transactionId, pay: true });
}

const code = { notifies: false, first: 'pay' } as const;
const byCode = { ...code, credential: (wallets: MethodLab['wallets']) => ({ code: wallets.codeOf('wechat') }) };

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
];

describe.each(subjects)('$name', (subject) => methodCases(subject));
