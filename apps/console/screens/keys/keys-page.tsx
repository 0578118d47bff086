import { Button } from '@zhanggui/ui/button.tsx';
import { Segmented } from '@zhanggui/ui/segmented.tsx';
import { useState } from 'react';
import { useMay } from '../../queries.ts';
import { replacePlace } from '../../router.ts';
import type { KeysViewName } from '../../routes.ts';
import { Page } from '../page.tsx';
import { AuditList } from './audit-list.tsx';
import { CeremonyDialog } from './ceremony-dialog.tsx';
import { KeyTree } from './key-tree.tsx';
import { useKeyRequests } from './keys-queries.ts';
import { RequestList } from './request-list.tsx';
import { useKeysText } from './texts.ts';
import './keys.css';

/** The gateway's keys for its operators: the tree of keys, what takes two people, and the audit log. */
export function KeysPage({ view = 'keys' }: { readonly view: KeysViewName | undefined }) {
  const t = useKeysText();
  const may = useMay('keys');
  const [ceremony, setCeremony] = useState(false);
  const open = useKeyRequests().data?.requests.filter(({ state }) => OPEN.includes(state)).length ?? 0;
  const show = (next: KeysViewName) => replacePlace({ page: 'keys', ...(next === 'keys' ? {} : { view: next }) });
  return (
    <Page
      title={t('title')}
      actions={
        may && (
          <Button kind="primary" icon="plus" onClick={() => setCeremony(true)} data-testid="new-ceremony">
            {t('newCeremony')}
          </Button>
        )
      }
    >
      <div className="keys-views">
        <Segmented
          label={t('title')}
          value={view}
          onChange={show}
          options={[
            { value: 'keys', label: t('viewKeys') },
            {
              value: 'requests',
              label: (
                <>
                  {t('viewRequests')}
                  {open > 0 && (
                    <span className="keys-open">
                      <span aria-hidden="true">{open}</span>
                      <span className="sr-only">{t('openCount', { count: open })}</span>
                    </span>
                  )}
                </>
              ),
            },
            { value: 'audit', label: t('viewAudit') },
          ]}
        />
      </div>
      {view === 'keys' && <KeyTree onAsked={() => show('requests')} />}
      {view === 'requests' && <RequestList />}
      {view === 'audit' && <AuditList />}
      {ceremony && (
        <CeremonyDialog
          onClose={() => setCeremony(false)}
          onAsked={() => {
            setCeremony(false);
            show('requests');
          }}
        />
      )}
    </Page>
  );
}

const OPEN: readonly string[] = ['collecting', 'waiting', 'executing'];
