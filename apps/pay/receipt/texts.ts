import { defineTexts } from '@zhanggui/ui/texts.ts';

/** The words around a customer's receipt. */
export const { useText } = defineTexts(
  'receipt-page',
  {
    pageTitle: '电子小票',
    print: '打印或存为 PDF',
    loading: '正在打开小票',
    unknown: '没有这张小票',
    unknownHint: '请核对链接，或向商家索取',
    silent: '暂时打不开小票',
    silentHint: '请检查网络后再试',
  },
  {
    pageTitle: 'E-receipt',
    print: 'Print or save as PDF',
    loading: 'Opening the receipt',
    unknown: 'There is no such receipt',
    unknownHint: 'Check the link, or ask the shop',
    silent: 'The receipt cannot be opened now',
    silentHint: 'Check the network and try again',
  },
);
