import { Icon } from '@zhanggui/ui/icon.tsx';
import { QrCode } from '@zhanggui/ui/qr-code.tsx';
import { useNow } from '@zhanggui/ui/use-now.ts';
import { useEffect, useRef, useState } from 'react';
import { Barcode } from './barcode.tsx';
import { fetchCode, type PhoneCode, type PhoneOwner, renewCode } from './phone-api.ts';
import { useText } from './phone-texts.ts';

interface PhoneCodeCardProps {
  readonly owner: PhoneOwner;
  /** The newest payment: when it changes, the code was used and another one is fetched. */
  readonly usedUp: string;
}

const RETRY_MS = 3_000;
const COPIED_MS = 1_600;

/** The payment code: bars, digits in groups, QR code, and the time until the next one. */
export function PhoneCodeCard({ owner, usedUp }: PhoneCodeCardProps) {
  const t = useText();
  const [renewals, setRenewals] = useState(0);
  const code = useFreshCode(owner, `${usedUp} ${renewals}`);
  const renew = async () => {
    await renewCode(owner);
    setRenewals(renewals + 1);
  };
  const now = useNow(250);
  const secondsLeft = code === null ? 0 : Math.max(0, Math.ceil((code.expiresAt - now) / 1000));
  return (
    <section className="phone-code" aria-label={t('codeTitle')}>
      <h3>
        <Icon name="scan" size={20} /> {t('showMerchant')}
      </h3>
      {code !== null && (
        <>
          <Barcode digits={code.code} label={t('codeLabel', { code: code.code })} />
          <CopyableDigits code={code.code} />
          <QrCode text={code.code} label={t('codeLabel', { code: code.code })} size={190} />
          <button type="button" className="phone-refresh num" onClick={renew}>
            <Countdown left={secondsLeft / 60} />
            <span>{t('refresh', { seconds: secondsLeft })}</span>
            <b>{t('renew')}</b>
          </button>
        </>
      )}
    </section>
  );
}

function CopyableDigits({ code }: { readonly code: string }) {
  const t = useText();
  const [copied, setCopied] = useState(false);
  const digits = useRef<HTMLElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code);
      setCopied(true);
      setTimeout(() => setCopied(false), COPIED_MS);
    } catch {
      // A browser that keeps its clipboard closed still lets the person copy what is selected.
      if (digits.current !== null) getSelection()?.selectAllChildren(digits.current);
    }
  };
  return (
    <button type="button" className="phone-digits num" data-code={code} onClick={copy}>
      <b ref={digits}>{code.replace(/(\d{4})(?=\d)/g, '$1 ')}</b>
      <small role="status">{copied ? t('copied') : t('tapToCopy')}</small>
    </button>
  );
}

function Countdown({ left }: { readonly left: number }) {
  const length = 2 * Math.PI * 8;
  return (
    <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
      <circle cx="11" cy="11" r="8" className="phone-track" />
      <circle
        cx="11"
        cy="11"
        r="8"
        className="phone-left"
        strokeDasharray={length}
        strokeDashoffset={length * (1 - left)}
        transform="rotate(-90 11 11)"
      />
    </svg>
  );
}

/** The code to show, fetched anew when it runs out or was used. */
function useFreshCode(owner: PhoneOwner, usedUp: string): PhoneCode | null {
  const [code, setCode] = useState<PhoneCode | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new payment means that the code was used up.
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const renew = async () => {
      const fresh = await fetchCode(owner).catch(() => null);
      if (isOver) return;
      setCode(fresh);
      timer = setTimeout(renew, fresh === null ? RETRY_MS : Math.max(0, fresh.expiresAt - Date.now()));
    };
    void renew();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [owner, usedUp]);
  return code;
}
