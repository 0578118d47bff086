import { startLanguage } from '@zhanggui/ui/language.ts';
import '@zhanggui/ui/styles.css';
import { startTheme } from '@zhanggui/ui/theme.ts';
import { createRoot } from 'react-dom/client';
import { DisplayPage } from './display-page.tsx';

startLanguage();
startTheme();

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the customer screen');
createRoot(root).render(<DisplayPage tillId={new URLSearchParams(location.search).get('till') ?? ''} />);
