import { EmptyState } from '@zhanggui/ui/empty-state.tsx';
import { Segmented } from '@zhanggui/ui/segmented.tsx';
import { useMay } from '../../queries.ts';
import { replacePlace } from '../../router.ts';
import { Page } from '../page.tsx';
import { Reading, Trouble } from '../trouble.tsx';
import { AcquirersView } from './acquirers-view.tsx';
import { ChannelCard } from './channel-card.tsx';
import { useChannels } from './channels-queries.ts';
import { useChannelsText } from './texts.ts';
import './channels.css';

/** Accounts with wallets, for owners and operators, and how the lines to card institutions do. */
export function ChannelsPage({ view }: { readonly view: 'acquirers' | undefined }) {
  const t = useChannelsText();
  const may = useMay('channels');
  const shown = may ? (view ?? 'accounts') : 'acquirers';
  return (
    <Page title={t(may ? 'title' : 'viewAcquirers')}>
      {may && (
        <div className="channels-views">
          <Segmented
            label={t('title')}
            value={shown}
            onChange={(next) => replacePlace({ page: 'channels', ...(next === 'acquirers' ? { view: next } : {}) })}
            options={[
              { value: 'accounts', label: t('viewAccounts') },
              { value: 'acquirers', label: t('viewAcquirers') },
            ]}
          />
        </div>
      )}
      {shown === 'accounts' ? <Accounts /> : <AcquirersView />}
    </Page>
  );
}

function Accounts() {
  const t = useChannelsText();
  const { data, error, refetch } = useChannels(true);
  return (
    <>
      {error && <Trouble error={error} onAgain={refetch} />}
      {data === undefined && !error && <Reading />}
      {data?.channels.length === 0 && (
        <div className="box">
          <EmptyState icon="globe" title={t('noChannels')}>
            {t('noChannelsHint')}
          </EmptyState>
        </div>
      )}
      <div className="channels">
        {data?.channels.map((channel) => (
          <ChannelCard key={channel.method} channel={channel} />
        ))}
      </div>
    </>
  );
}
