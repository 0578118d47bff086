/** A page of the platform: where it is asked for, and the HTML file that it is built from. */
export interface Page {
  readonly name: string;
  /** Path of the page; a parameter stands for the rest of the path. */
  readonly url: string;
  readonly file: string;
  /** Whether it speaks to the agent on its own machine. */
  readonly speaksToAgent?: true;
}

/** Every page, in one build. */
export const pages: readonly Page[] = [
  { name: 'home', url: '/', file: 'apps/pay/index.html' },
  { name: 'till', url: '/till', file: 'apps/pos/index.html', speaksToAgent: true },
  { name: 'display', url: '/display', file: 'apps/pos/display.html' },
  { name: 'console', url: '/console', file: 'apps/console/index.html' },
  { name: 'receipt', url: '/r/:token', file: 'apps/pay/receipt.html' },
  { name: 'link', url: '/p/:token', file: 'apps/pay/link.html' },
  { name: 'reader', url: '/sim/reader', file: 'sim/web/reader.html' },
  { name: 'phone', url: '/sim/phone', file: 'sim/web/phone.html' },
  { name: 'bank', url: '/sim/bank', file: 'sim/web/bank.html' },
];
