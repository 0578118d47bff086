import type { KeyAuditView } from '@zhanggui/modules/keys/api.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { dateAndTime } from '@zhanggui/ui/clock-time.ts';
import { EmptyState } from '@zhanggui/ui/empty-state.tsx';
import { Reading, Trouble } from '../trouble.tsx';
import { useKeyAudit } from './keys-queries.ts';
import { type KeysText, useKeysText } from './texts.ts';

/** The audit log of keys, newest first. */
export function AuditList() {
  const t = useKeysText();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useKeyAudit();
  const rows = data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <>
      {error && <Trouble error={error} onAgain={refetch} />}
      {data === undefined && !error && <Reading />}
      {data && rows.length === 0 && (
        <EmptyState icon="book" title={t('noAudit')}>
          {t('noAuditHint')}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <section className="box">
          <p className="audit-intro">{t('auditIntro')}</p>
          <table className="zg-table audit-table num">
            <caption className="sr-only">{t('viewAudit')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('when')}</th>
                <th scope="col">{t('what')}</th>
                <th scope="col">{t('key')}</th>
                <th scope="col">{t('who')}</th>
                <th scope="col">{t('detail')}</th>
                <th scope="col">{t('hash')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Row key={row.sequence} row={row} />
              ))}
            </tbody>
          </table>
          {hasNextPage && (
            <div className="more">
              <Button onClick={() => fetchNextPage()} busy={isFetchingNextPage}>
                {t('earlier')}
              </Button>
            </div>
          )}
        </section>
      )}
    </>
  );
}

const FAILED = ['key-load-failed', 'key-export-failed', 'key-use-failed', 'key-approval-by-maker'];
const ACTIONS: readonly KeysText[] = [
  'action_key-loaded',
  'action_working-keys-loaded',
  'action_key-exported',
  'action_key-destroyed',
  'action_key-load-failed',
  'action_key-export-failed',
  'action_key-use-failed',
  'action_key-request-made',
  'action_key-component-entered',
  'action_key-request-approved',
  'action_key-request-refused',
  'action_key-request-expired',
  'action_key-approval-by-maker',
  'action_master-key-changed',
];

/** The id of a request by its last digits; the whole is in the log. */
function shortened(detail: string): string {
  return detail.replace(/\bkrq_\w+(\w{6})\b/, '…$1');
}

function Row({ row }: { readonly row: KeyAuditView }) {
  const t = useKeysText();
  const words = ACTIONS.find((known) => known === `action_${row.action}`);
  const tone = FAILED.includes(row.action) ? 'audit-failed' : '';
  return (
    <tr data-testid="audit-row">
      <td className="audit-when">
        <small>#{row.sequence}</small> {dateAndTime(row.at)}
      </td>
      <td className={`audit-what ${tone}`}>{words === undefined ? row.action : t(words)}</td>
      <td className="audit-key">
        {row.subject.split(' ').map((name) => (
          <code key={name}>{name}</code>
        ))}
      </td>
      <td className="audit-who">
        {row.actor === 'platform' ? t('platform') : row.actor.split(' ').join(' + ')}
        {row.address && <small>{row.address}</small>}
      </td>
      <td className="audit-detail">{[row.reason, shortened(row.detail)].filter((part) => part !== '').join(' · ')}</td>
      <td className="audit-hash">
        <code title={row.hash}>{row.hash.slice(0, 8)}</code>
      </td>
    </tr>
  );
}
