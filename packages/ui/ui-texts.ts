import { defineTexts } from './texts.ts';

/** Words that components of the design system say by themselves. */
export const { useText: useUiText } = defineTexts(
  'ui',
  {
    close: '关闭',
    erase: '退格',
    clear: '清除',
    undo: '撤销',
    seconds: '秒',
    loading: '正在加载',
  },
  {
    close: 'Close',
    erase: 'Backspace',
    clear: 'Clear',
    undo: 'Undo',
    seconds: 'seconds',
    loading: 'Loading',
  },
);
