import { Button } from '@zhanggui/ui/button.tsx';
import { CoinLogo } from '@zhanggui/ui/coin-logo.tsx';
import { nameIn, useLanguage } from '@zhanggui/ui/language.ts';
import { QrCode } from '@zhanggui/ui/qr-code.tsx';
import { useSession } from '../../queries.ts';
import { hrefOf } from '../../routes.ts';
import { Page } from '../page.tsx';
import { Reading, Trouble } from '../trouble.tsx';
import { useShopCode, useTills } from './links-queries.ts';
import { useLinksText } from './texts.ts';
import './links.css';

/** A till's printed code as a poster for the counter; what is printed is the poster alone. */
export function ShopCodePage({ tillId }: { readonly tillId: string }) {
  const t = useLinksText();
  const code = useShopCode(tillId);
  return (
    <Page
      title={t('codeTitle')}
      up={{ href: hrefOf({ page: 'links', view: 'codes' }), words: t('backToCodes') }}
      actions={
        code.data && (
          <Button kind="primary" icon="print" onClick={() => print()} data-testid="print">
            {t('print')}
          </Button>
        )
      }
    >
      {code.error && <Trouble error={code.error} onAgain={code.refetch} />}
      {code.isPending && <Reading />}
      {code.data && (
        <div className="poster-place">
          <Poster tillId={tillId} path={code.data.path} />
          <p className="poster-note">{t('posterNote')}</p>
        </div>
      )}
    </Page>
  );
}

function Poster({ tillId, path }: { readonly tillId: string; readonly path: string }) {
  const t = useLinksText();
  const language = useLanguage();
  const { store } = useSession();
  const till = useTills().data?.tills.find(({ id }) => id === tillId);
  return (
    <article className="poster" data-testid="poster">
      <header>
        <strong>{t('posterScan')}</strong>
        <h2>{nameIn(language, store)}</h2>
        {till && <span>{nameIn(language, till)}</span>}
      </header>
      <QrCode text={location.origin + path} label={t('qr')} size={300} />
      <p>{t('posterTyped')}</p>
      <footer>
        <CoinLogo size={22} />
        <span>{t('posterLimit')}</span>
      </footer>
    </article>
  );
}
