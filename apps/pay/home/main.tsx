import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { startLanguage } from '@zhanggui/ui/language.ts';
import '@zhanggui/ui/styles.css';
import { startTheme } from '@zhanggui/ui/theme.ts';
import { createRoot } from 'react-dom/client';
import { Home } from './home.tsx';

startLanguage();
startTheme();

const queries = new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: 'always' } } });

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for its content');
createRoot(root).render(
  <QueryClientProvider client={queries}>
    <Home />
  </QueryClientProvider>,
);
