import { startLanguage } from '@zhanggui/ui/language.ts';
import '@zhanggui/ui/styles.css';
import './console.css';
import { startTheme } from '@zhanggui/ui/theme.ts';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { keepScroll } from './router.ts';

startLanguage();
startTheme();
keepScroll();

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the console');
createRoot(root).render(<App />);
