import { Button } from '@zhanggui/ui/button.tsx';
import { Chip } from '@zhanggui/ui/chip.tsx';
import { askTerminal, forgetKeys, PROCESSING, type TerminalView } from './bank-api.ts';
import { BankChoice } from './bank-choice.tsx';
import type { Act, PanelProps } from './bank-panel.ts';
import { useText } from './bank-texts.ts';

/** As many as a screen can hold; the others are counted. */
const SHOWN = 24;

/** The terminals that the bank has handed out, with their batches and what the next answer asks of them. */
export function BankTerminalsPanel({ view: { status }, act }: PanelProps) {
  const t = useText();
  const rest = status.terminals.length - SHOWN;
  return (
    <section className="bank-panel">
      <h2>{t('terminals')}</h2>
      <ul className="bank-cards">
        {status.terminals.slice(0, SHOWN).map((terminal) => (
          <TerminalItem key={terminal.terminalId} terminal={terminal} act={act} />
        ))}
      </ul>
      {rest > 0 && <p>{t('moreTerminals', { count: rest })}</p>}
      <div className="bank-row">
        <Button kind="quiet" size="small" onClick={() => act(forgetKeys())}>
          {t('forgetKeys')}
        </Button>
        <span className="bank-note">{t('forgetHint')}</span>
      </div>
    </section>
  );
}

function TerminalItem({ terminal, act }: { readonly terminal: TerminalView; readonly act: Act }) {
  const t = useText();
  const { terminalId, tillId, batchNumber, signedOn, processing } = terminal;
  return (
    <li>
      <div className="bank-card-head">
        <span>
          <b className="num">{terminalId}</b>
          <span>
            {t('till')} {tillId} · {t('batch')} <span className="num">{batchNumber}</span>
          </span>
        </span>
        <Chip tone={signedOn ? 'paid' : 'waiting'} dot>
          {t(signedOn ? 'signedOn' : 'notSignedOn')}
        </Chip>
      </div>
      <BankChoice
        label={t('processing')}
        value={processing}
        options={PROCESSING.map((value) => ({ value, label: t(`ask-${value}`) }))}
        onChoose={(value) => act(askTerminal(terminalId, value))}
      />
    </li>
  );
}
