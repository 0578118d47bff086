import type { LinkView } from '@zhanggui/modules/sales/link-routes.ts';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { ApiProblem } from '@zhanggui/ui/api-client.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { dateAndTime } from '@zhanggui/ui/clock-time.ts';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { QrCode } from '@zhanggui/ui/qr-code.tsx';
import { OutcomeMark, StateBar } from '@zhanggui/ui/state-bar.tsx';
import { useState } from 'react';
import { STANDING_TONES } from './links-page.tsx';
import { useCancelLink } from './links-queries.ts';
import { useLinksText } from './texts.ts';

interface LinkDialogProps {
  readonly link: LinkView;
  readonly onClose: () => void;
}

/** A link with its code, to be scanned or sent; it says by itself when the customer has paid. */
export function LinkDialog({ link, onClose }: LinkDialogProps) {
  const t = useLinksText();
  const { standing, amountMinor, expiresAt } = link;
  const live = standing === 'open' || standing === 'paying';
  const address = location.origin + link.path;
  return (
    <Dialog onClose={onClose} title={link.title} width="narrow" testId="link-dialog">
      <div className="links-one" data-testid="link-standing" data-standing={standing}>
        <Amount minor={amountMinor ?? 0} size="due" />
        {live ? (
          <QrCode text={address} label={t('qr')} size={184} />
        ) : (
          standing === 'paid' && <OutcomeMark result="succeeded" />
        )}
        <StateBar tone={STANDING_TONES[standing]} icon={standing === 'paid' ? 'check' : 'clock'} role="status">
          <strong>{t(`standing_${standing}`)}</strong>
          {live && expiresAt !== null && <div className="num">{t('until', { time: dateAndTime(expiresAt) })}</div>}
        </StateBar>
        {live && <Sending address={address} />}
        {standing === 'open' && <Cancel link={link} />}
      </div>
    </Dialog>
  );
}

function Sending({ address }: { readonly address: string }) {
  const t = useLinksText();
  const [copied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(address);
    setCopied(true);
  }
  return (
    <>
      <p>{t('scanHint')}</p>
      <code className="links-address" data-testid="link-address">
        {address}
      </code>
      <div className="links-actions">
        <Button kind="primary" icon={copied ? 'check' : 'link'} onClick={() => void copy()} data-testid="link-copy">
          <span aria-live="polite">{t(copied ? 'copied' : 'copy')}</span>
        </Button>
        <a
          className="zg-button is-quiet is-medium"
          href={address}
          target="_blank"
          rel="noreferrer"
          data-testid="link-open"
        >
          <Icon name="open" />
          <span className="zg-button-words">{t('open')}</span>
        </a>
      </div>
    </>
  );
}

function Cancel({ link }: { readonly link: LinkView }) {
  const t = useLinksText();
  const cancel = useCancelLink(link.id);
  const [sure, setSure] = useState(false);
  return (
    <>
      {cancel.error && (
        <StateBar tone="failed" icon="alert" role="alert">
          {cancel.error instanceof ApiProblem ? cancel.error.title : t('silent')}
        </StateBar>
      )}
      <Button
        kind={sure ? 'danger' : 'ghost'}
        wide
        busy={cancel.isPending}
        onClick={() => (sure ? cancel.mutate() : setSure(true))}
        data-testid="link-cancel"
      >
        {t(sure ? 'cancelSure' : 'cancelLink')}
      </Button>
    </>
  );
}
