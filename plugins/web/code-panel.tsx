import { Button } from '@zhanggui/ui/button.tsx';
import { Field } from '@zhanggui/ui/field.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { defineTexts } from '@zhanggui/ui/texts.ts';
import { type FormEvent, useState } from 'react';
import './code-panel.css';

const { useText } = defineTexts(
  'code-panel',
  {
    anywhere: '不用点任何地方，对准就扫',
    show: '出示收款码，让顾客来扫',
    fixed: '顾客扫台上的固定码',
    byHand: '扫不上？输入付款码数字',
    charge: '收款',
    shape: '付款码是 16 到 24 位数字',
  },
  {
    anywhere: 'No need to tap anything, just point and scan',
    show: 'Show a code to scan',
    fixed: 'Use the printed code',
    byHand: 'Will not scan? Type the digits',
    charge: 'Charge',
    shape: 'A payment code has 16 to 24 digits',
  },
);

interface CodePanelProps {
  /** What to scan. */
  readonly ask: string;
  /** Where the customer finds it. */
  readonly where: string;
  readonly busy: boolean;
  readonly onCode: (code: string) => void;
  /** Asks for a code that the customer scans instead. */
  readonly onShow?: () => void;
  /** The customer scans the till's printed code instead. */
  readonly onFixed?: () => void;
}

/** Waits for a payment code: the scanner works whatever has the focus, and the digits may be typed. */
export function CodePanel({ ask, where, busy, onCode, onShow, onFixed }: CodePanelProps) {
  const t = useText();
  const [typed, setTyped] = useState('');
  const [refused, setRefused] = useState(false);
  function send(event: FormEvent): void {
    event.preventDefault();
    const code = typed.replace(/\s/g, '');
    const fits = /^\d{16,24}$/.test(code);
    setRefused(!fits);
    if (fits) onCode(code);
  }
  return (
    <div className="code-panel">
      <div className="code-panel-ask">
        <span className="code-panel-frame">
          <Icon name="scan" size={84} />
        </span>
        <strong>{ask}</strong>
        <span>{where}</span>
        <small>{t('anywhere')}</small>
      </div>
      <div className="code-panel-shown">
        {onShow && (
          <Button size="large" icon="qr" busy={busy} onClick={onShow} data-testid="show-code">
            {t('show')}
          </Button>
        )}
        {onFixed && (
          <Button size="large" busy={busy} onClick={onFixed} data-testid="fixed-code">
            {t('fixed')}
          </Button>
        )}
      </div>
      <form onSubmit={send}>
        <Field
          label={t('byHand')}
          inputMode="numeric"
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          error={refused ? t('shape') : undefined}
          data-testid="payment-code"
        />
        <Button type="submit" busy={busy} disabled={typed === ''}>
          {t('charge')}
        </Button>
      </form>
    </div>
  );
}
