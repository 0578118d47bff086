import { startLanguage } from '@zhanggui/ui/language.ts';
import '@zhanggui/ui/styles.css';
import { startTheme } from '@zhanggui/ui/theme.ts';
import { createRoot } from 'react-dom/client';
import { ReceiptPage } from './receipt-page.tsx';

startLanguage();
startTheme();

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the receipt');
const token = decodeURIComponent(location.pathname.replace(/^.*\/r\//, ''));
createRoot(root).render(<ReceiptPage token={token} />);
