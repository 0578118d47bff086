import { watchFocus } from '@zhanggui/ui/focus-origin.ts';
import { startLanguage } from '@zhanggui/ui/language.ts';
import '@zhanggui/ui/styles.css';
import { startTheme } from '@zhanggui/ui/theme.ts';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';

startLanguage();
startTheme();
watchFocus();

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the till');
createRoot(root).render(<App />);
