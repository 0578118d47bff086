import { Button, IconButton } from '@zhanggui/ui/button.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { useState } from 'react';
import { useSend, useTillState } from '../../controller/use-till.ts';
import { useText } from '../../texts.ts';
import type { Notice } from '../../till/state.ts';
import { QuickItemDialog } from './quick-item-dialog.tsx';
import './scan-notice.css';

/** What the till has to say about the last scan or press; the next good scan puts it away. */
export function ScanNotice({ onSearch }: { readonly onSearch?: (typed: string) => void }) {
  const t = useText();
  const send = useSend();
  const { notice } = useTillState();
  const [adding, setAdding] = useState<string | null>(null);
  const dismiss = () => send({ kind: 'noticed', notice: null });
  const dialog = adding !== null && (
    <QuickItemDialog
      code={adding}
      onClose={() => {
        setAdding(null);
        dismiss();
      }}
    />
  );
  if (notice === null) return dialog;
  return (
    <div className={`scan-notice ${notice.kind === 'problem' ? 'is-problem' : ''}`} role="alert" data-testid="notice">
      <Icon name="alert" size={26} />
      <NoticeWords notice={notice} />
      {notice.kind === 'not-found' && (
        <span className="scan-notice-actions">
          <Button kind="plain" size="small" onClick={() => setAdding(notice.raw)} data-testid="quick-item">
            {t('quickItem')}
          </Button>
          {onSearch && (
            <Button
              kind="plain"
              size="small"
              onClick={() => {
                onSearch(notice.raw);
                dismiss();
              }}
            >
              {t('searchInstead')}
            </Button>
          )}
        </span>
      )}
      <IconButton icon="close" label={t('ignore')} onClick={dismiss} />
      {dialog}
    </div>
  );
}

function NoticeWords({ notice }: { readonly notice: Notice }) {
  const t = useText();
  switch (notice.kind) {
    case 'not-found':
      return (
        <p>
          <b>{t('notFound')}</b>
          <code className="num">{notice.raw}</code>
        </p>
      );
    case 'problem':
      return (
        <p>
          <b>{notice.title}</b>
          {notice.detail}
        </p>
      );
    case 'code-unsupported':
      return <p>{t('codeUnsupported')}</p>;
    case 'code-early':
      return <p>{t('codeEarly')}</p>;
    case 'wait-for-payment':
      return <p>{t('waitForPayment')}</p>;
  }
}
