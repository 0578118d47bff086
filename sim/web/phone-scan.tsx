import { Amount } from '@zhanggui/ui/amount.tsx';
import { clockTime } from '@zhanggui/ui/clock-time.ts';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { type FormEvent, useEffect, useState } from 'react';
import {
  confirmPayment,
  fetchOpenCodes,
  type OpenCode,
  type PhoneOrder,
  type PhoneOwner,
  refusePayment,
  scanCode,
} from './phone-api.ts';
import { useText } from './phone-texts.ts';
import './phone-scan.css';

interface ScanSheetProps {
  readonly owner: PhoneOwner;
  readonly onDone: () => void;
}

const LOOK_AGAIN_MS = 1_000;

/** What stands for the camera: the codes that shops show now, and a place for one that was copied. */
export function ScanSheet({ owner, onDone }: ScanSheetProps) {
  const t = useText();
  const codes = useOpenCodes(owner);
  const [typed, setTyped] = useState('');
  const [refusal, setRefusal] = useState<'scanNoNetwork' | 'scanNothing' | null>(null);
  async function scan(qr: string): Promise<void> {
    const result = await scanCode(owner, qr).catch(() => 'not-payable');
    if (result === 'no-network') setRefusal('scanNoNetwork');
    else if (result === 'not-payable') setRefusal('scanNothing');
    else onDone();
  }
  function send(event: FormEvent): void {
    event.preventDefault();
    if (typed.trim() !== '') void scan(typed.trim());
  }
  return (
    <div className="phone-scrim">
      <div className="phone-sheet phone-scan" role="dialog" aria-modal="true" aria-label={t('scan')}>
        <header>
          <button type="button" className="phone-close" aria-label={t('back')} onClick={onDone}>
            <Icon name="close" size={22} />
          </button>
          <b>{t('scan')}</b>
        </header>
        <ul>
          {codes.map((code) => (
            <li key={code.qr}>
              <button type="button" data-testid="open-code" onClick={() => scan(code.qr)}>
                <span>
                  <b>{code.description}</b>
                  <small className="num">{clockTime(new Date(code.createdAt).toISOString())}</small>
                </span>
                <Amount minor={code.amountMinor} />
              </button>
            </li>
          ))}
          {codes.length === 0 && <li className="phone-scan-none">{t('scanNone')}</li>}
        </ul>
        <form onSubmit={send}>
          <input
            aria-label={t('scanPaste')}
            placeholder={t('scanPaste')}
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          <button type="submit" disabled={typed.trim() === ''}>
            {t('scanGo')}
          </button>
        </form>
        <p className="phone-wrong" role="alert">
          {refusal !== null && t(refusal)}
        </p>
      </div>
    </div>
  );
}

/** A scanned payment that needs no password: the amount, and one button. */
export function ConfirmSheet({ owner, order }: { readonly owner: PhoneOwner; readonly order: PhoneOrder }) {
  const t = useText();
  return (
    <div className="phone-scrim">
      <div className="phone-sheet phone-scan" role="dialog" aria-modal="true" aria-label={t('confirmTitle')}>
        <header>
          <button type="button" className="phone-close" aria-label={t('refuse')} onClick={() => refusePayment(owner)}>
            <Icon name="close" size={22} />
          </button>
          <b>{t('confirmTitle')}</b>
        </header>
        <p>
          {t('payTo')} {order.description}
        </p>
        <Amount minor={order.amountMinor} size="due" />
        <button type="button" className="phone-pay" onClick={() => confirmPayment(owner, '')}>
          {t('payNow')}
        </button>
      </div>
    </div>
  );
}

/** The open codes, looked for again and again while the sheet is open. */
function useOpenCodes(owner: PhoneOwner): readonly OpenCode[] {
  const [codes, setCodes] = useState<readonly OpenCode[]>([]);
  useEffect(() => {
    // A simulator that does not answer has no codes; the phone itself says that the link is lost.
    const look = () =>
      fetchOpenCodes(owner).then(setCodes, () => {
        setCodes([]);
      });
    void look();
    const timer = setInterval(look, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [owner]);
  return codes;
}
