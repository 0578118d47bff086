/**
 * Who may import whom: each line names a layer, where it lives, and the layers above it that it may import. A line may
 * name only lines above itself, so a circle cannot be written. `npm run check` holds the code to it.
 */
export interface Layer {
  readonly name: string;
  /** A file, or a folder with a slash at the end; `*` stands for one folder name, each of which is a layer of its own. The longest that fits a file wins. */
  readonly place: string;
  readonly may: readonly string[];
}

const packages = ['base', 'identifiers', 'iso8583', 'paycrypto', 'emv', 'terminal', 'qr', 'wallets'];
const contracts = [
  'payments-contract',
  'outcomes',
  'bills',
  'switch-contract',
  'method-port',
  'access-contract',
  'http',
];
const modules = [
  'faults',
  'audit',
  'keys',
  'key routes',
  'merchants',
  'access',
  'notify',
  'catalog',
  'ledger',
  'switch',
  'payments',
  'sales',
  'settlement',
  'insight',
];
const plugins = ['method plugins', 'acquirer plugins', 'scenario plugins', 'plugin screens'];

export const layers: readonly Layer[] = [
  // Packages: protocol libraries that anyone could use.
  { name: 'base', place: 'packages/base/', may: [] },
  { name: 'identifiers', place: 'packages/identifiers/', may: ['base'] },
  { name: 'iso8583', place: 'packages/iso8583/', may: ['base'] },
  { name: 'paycrypto', place: 'packages/paycrypto/', may: ['base'] },
  { name: 'emv', place: 'packages/emv/', may: ['base', 'paycrypto'] },
  { name: 'terminal', place: 'packages/terminal/', may: ['base', 'paycrypto', 'emv'] },
  { name: 'qr', place: 'packages/qr/', may: ['base'] },
  { name: 'wallets', place: 'packages/wallets/', may: ['base', 'paycrypto'] },
  { name: 'receipt', place: 'packages/receipt/', may: ['base'] },
  { name: 'ui', place: 'packages/ui/', may: ['base'] },

  // Modules: business capabilities. A contract is a file that others may know of a module above or beside them.
  { name: 'faults', place: 'modules/faults.ts', may: ['base'] },
  { name: 'access-contract', place: 'modules/access/api.ts', may: ['base'] },
  { name: 'http', place: 'modules/http.ts', may: ['base', 'access-contract'] },
  { name: 'audit', place: 'modules/access/audit.ts', may: ['base'] },
  { name: 'keys', place: 'modules/keys/', may: ['base', 'paycrypto', 'audit'] },
  { name: 'merchants', place: 'modules/merchants/', may: ['base', 'keys'] },
  { name: 'access', place: 'modules/access/', may: ['base', 'http', 'access-contract', 'audit', 'merchants'] },
  {
    name: 'key routes',
    place: 'modules/keys/routes.ts',
    may: ['base', 'http', 'access-contract', 'audit', 'access', 'keys'],
  },
  { name: 'notify', place: 'modules/notify/', may: ['base', 'http'] },
  { name: 'catalog', place: 'modules/catalog/', may: ['base', 'http', 'access'] },
  { name: 'ledger', place: 'modules/ledger/', may: ['base', 'http', 'access-contract'] },
  { name: 'payments-contract', place: 'modules/payments/api.ts', may: ['base'] },
  { name: 'outcomes', place: 'modules/payments/outcome.ts', may: ['base'] },
  { name: 'bills', place: 'modules/payments/bill.ts', may: ['base'] },
  { name: 'terminal-views', place: 'modules/switch/terminal-views.ts', may: ['base'] },
  { name: 'answer-parts', place: 'modules/switch/answer-parts.ts', may: ['base'] },
  {
    name: 'switch-contract',
    place: 'modules/switch/api.ts',
    may: ['base', 'outcomes', 'answer-parts', 'terminal-views'],
  },
  {
    name: 'method-port',
    place: 'modules/payments/method.ts',
    may: ['base', 'wallets', 'merchants', 'payments-contract', 'outcomes', 'bills', 'switch-contract'],
  },
  {
    name: 'switch',
    place: 'modules/switch/',
    may: [
      'base',
      'http',
      'access-contract',
      'audit',
      'emv',
      'iso8583',
      'keys',
      'outcomes',
      'answer-parts',
      'terminal-views',
      'switch-contract',
    ],
  },
  {
    name: 'payments',
    place: 'modules/payments/',
    may: [
      'base',
      'http',
      'access-contract',
      'audit',
      'ledger',
      'merchants',
      'payments-contract',
      'outcomes',
      'bills',
      'method-port',
    ],
  },
  {
    name: 'sales',
    place: 'modules/sales/',
    may: [
      'base',
      'http',
      'access-contract',
      'access',
      'merchants',
      'notify',
      'catalog',
      'ledger',
      'payments-contract',
      'method-port',
      'payments',
    ],
  },
  { name: 'sales screens', place: 'modules/sales/web/', may: ['base', 'ui', 'payments-contract', 'sales'] },
  {
    name: 'settlement',
    place: 'modules/settlement/',
    may: ['base', 'http', 'access-contract', 'merchants', 'switch-contract', 'method-port', 'payments', 'sales'],
  },
  {
    name: 'insight',
    place: 'modules/insight/',
    may: ['base', 'http', 'ledger', 'merchants', 'method-port', 'payments'],
  },

  // Plugins: one folder an extension; none knows another.
  { name: 'plugin screens', place: 'plugins/web/', may: ['base', 'ui', 'payments-contract', 'sales'] },
  {
    name: 'wallet rules',
    place: 'plugins/wallet/',
    may: ['base', 'qr', 'wallets', 'merchants', 'payments-contract', 'outcomes', 'bills', 'method-port'],
  },
  {
    name: 'method plugins',
    place: 'plugins/methods/*/',
    may: [...packages, 'ui', ...contracts, 'merchants', 'wallet rules', 'plugin screens'],
  },
  {
    name: 'acquirer plugins',
    place: 'plugins/acquirers/*/',
    may: [...packages, 'answer-parts', 'switch-contract', 'outcomes', 'switch', 'keys'],
  },
  {
    name: 'scenario plugins',
    place: 'plugins/scenarios/*/',
    may: ['base', 'identifiers', 'ui', 'catalog', 'sales', 'http', 'plugin screens'],
  },
  { name: 'registry', place: 'plugins/', may: [...plugins, 'method-port', 'sales', 'switch'] },

  // The outside world: packages only, so that it cannot agree with the platform by sharing its rules.
  { name: 'sim', place: 'sim/', may: [...packages, 'ui'] },

  // Entry points.
  { name: 'server', place: 'apps/server/', may: [...packages, ...contracts, ...modules, 'registry'] },
  {
    name: 'till',
    place: 'apps/pos/',
    may: [...packages, 'ui', ...contracts, ...modules, 'sales screens', 'registry', 'plugin screens'],
  },
  { name: 'agent', place: 'apps/agent/', may: ['base', 'paycrypto', 'emv', 'terminal', 'receipt'] },
  {
    name: 'console',
    place: 'apps/console/',
    may: [...packages, 'ui', ...contracts, ...modules, 'registry', 'plugin screens'],
  },
  { name: 'pay', place: 'apps/pay/', may: [...packages, 'ui', ...contracts, ...modules, 'sales screens'] },
  { name: 'tools', place: 'tools/', may: [...packages, ...contracts, ...modules, 'registry', 'server', 'sim'] },
];
