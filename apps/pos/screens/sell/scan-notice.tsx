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
  const send = useSend();
  const { notice } = useTillState();
  const [adding, setAdding] = useState<string | null>(null);
  const dismiss = () => send({ kind: 'noticed', notice: null });
  return (
    <>
      {notice !== null && <NoticeBar notice={notice} onAdd={setAdding} onSearch={onSearch} onDismiss={dismiss} />}
      {adding !== null && (
        <QuickItemDialog
          code={adding}
          onClose={() => {
            setAdding(null);
            dismiss();
          }}
        />
      )}
    </>
  );
}

interface NoticeBarProps {
  readonly notice: Notice;
  readonly onAdd: (code: string) => void;
  readonly onSearch: ((typed: string) => void) | undefined;
  readonly onDismiss: () => void;
}

function NoticeBar({ notice, onAdd, onSearch, onDismiss }: NoticeBarProps) {
  const t = useText();
  return (
    <div className={`scan-notice ${notice.kind === 'problem' ? 'is-problem' : ''}`} role="alert" data-testid="notice">
      <Icon name="alert" size={26} />
      <NoticeWords notice={notice} />
      {notice.kind === 'not-found' && (
        <span className="scan-notice-actions">
          <Button kind="plain" size="small" onClick={() => onAdd(notice.raw)} data-testid="quick-item">
            {t('quickItem')}
          </Button>
          {onSearch && (
            <Button
              kind="plain"
              size="small"
              onClick={() => {
                onSearch(notice.raw);
                onDismiss();
              }}
            >
              {t('searchInstead')}
            </Button>
          )}
        </span>
      )}
      <IconButton icon="close" label={t('ignore')} onClick={onDismiss} />
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
