import { startLanguage } from '@zhanggui/ui/language.ts';
import '@zhanggui/ui/styles.css';
import { startTheme } from '@zhanggui/ui/theme.ts';
import { createRoot } from 'react-dom/client';
import { LinkPage } from './link-page.tsx';

startLanguage();
startTheme();

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the payment');
createRoot(root).render(<LinkPage token={decodeURIComponent(location.pathname.split('/').at(-1) ?? '')} />);
