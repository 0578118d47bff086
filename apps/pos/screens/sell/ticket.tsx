import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button, IconButton } from '@zhanggui/ui/button.tsx';
import { EmptyState } from '@zhanggui/ui/empty-state.tsx';
import { nameIn, useLanguage } from '@zhanggui/ui/language.ts';
import { UndoBar } from '@zhanggui/ui/undo-bar.tsx';
import { useEffect, useRef } from 'react';
import { useSend, useTillState } from '../../controller/use-till.ts';
import { useText } from '../../texts.ts';
import { cartCount } from '../../till/cart.ts';
import { SHORTCUTS } from '../../till/keymap.ts';
import { dueMinor } from '../../till/state.ts';
import type { Layer } from '../till-screen.tsx';
import { TicketFoot } from './ticket-foot.tsx';
import { TicketLine } from './ticket-line.tsx';
import './ticket.css';

interface TicketProps {
  readonly open: (layer: Layer) => void;
  /** On a phone the ticket is a sheet that is pulled up. */
  readonly sheetOpen: boolean;
  readonly onSheet: (open: boolean) => void;
}

/** The ticket: its lines, its sum, and what can be done with it. */
export function Ticket({ open, sheetOpen, onSheet }: TicketProps) {
  const t = useText();
  const state = useTillState();
  const { cart, phase } = state;
  const editable = phase.name === 'selling';
  return (
    <section className="ticket" aria-label={t('ticket')}>
      <header className="ticket-head">
        <h1>{t('ticket')}</h1>
        <span className="num">
          {t('items', { count: cartCount(cart) })}
          {state.sale && ` · ${state.sale.number}`}
        </span>
        <TicketTools editable={editable} open={open} />
        <span className="ticket-sheet-close">
          <IconButton icon="chevron" label={t('hideTicket')} onClick={() => onSheet(false)} />
        </span>
      </header>
      <Lines editable={editable} />
      <UndoRemoval />
      <button
        type="button"
        className="ticket-peek"
        aria-expanded={sheetOpen}
        onClick={() => onSheet(!sheetOpen)}
        data-testid="ticket-sheet"
      >
        <span className="num">{t('items', { count: cartCount(cart) })}</span>
        <Amount minor={dueMinor(state)} size="title" />
        <small>{t(sheetOpen ? 'hideTicket' : 'showTicket')}</small>
      </button>
      <TicketFoot open={open} />
    </section>
  );
}

function Lines({ editable }: { readonly editable: boolean }) {
  const t = useText();
  const { cart, selected, lastAdded } = useTillState();
  const list = useRef<HTMLOListElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each addition brings its line into view, also a repeated one.
  useEffect(() => {
    list.current?.querySelector('.is-selected')?.scrollIntoView({ block: 'nearest' });
  }, [selected, lastAdded?.turn, cart.lines.length]);
  if (cart.lines.length === 0)
    return (
      <div className="ticket-lines">
        <EmptyState icon="scan" title={t('emptyTitle')}>
          <span className="only-wide">{t('emptyHint')}</span>
          <span className="only-phone">{t('emptyHintPhone')}</span>
        </EmptyState>
      </div>
    );
  return (
    <ol className="ticket-lines" ref={list}>
      {cart.lines.map((line) => (
        <TicketLine key={line.lineId} line={line} selected={line.lineId === selected} editable={editable} />
      ))}
    </ol>
  );
}

function TicketTools({ editable, open }: { readonly editable: boolean; readonly open: (layer: Layer) => void }) {
  const t = useText();
  const send = useSend();
  const { cart, selected } = useTillState();
  const line = cart.lines.find(({ lineId }) => lineId === selected);
  if (!editable || line === undefined) return <span className="ticket-tools" />;
  return (
    <span className="ticket-tools">
      <Button
        kind="ghost"
        size="small"
        shortcut={SHORTCUTS.quantity}
        disabled={line.grams !== null}
        onClick={() => open('quantity')}
        data-testid="set-quantity"
      >
        {t('quantity')}
      </Button>
      <Button
        kind="ghost"
        size="small"
        shortcut={SHORTCUTS.remove}
        onClick={() => send({ kind: 'line-removed', lineId: line.lineId })}
        data-testid="remove-line"
      >
        {t('removeLine')}
      </Button>
    </span>
  );
}

const UNDO_MS = 8000;

function UndoRemoval() {
  const t = useText();
  const language = useLanguage();
  const send = useSend();
  const { removed } = useTillState();
  const turn = removed?.turn;
  useEffect(() => {
    if (turn === undefined) return;
    const timer = setTimeout(() => send({ kind: 'undo-expired', turn }), UNDO_MS);
    return () => clearTimeout(timer);
  }, [turn, send]);
  if (removed === null) return null;
  return (
    <div className="ticket-undo">
      <UndoBar
        words={t('removed', { name: nameIn(language, removed.line.item) })}
        durationMs={UNDO_MS}
        turn={removed.turn}
        onUndo={() => send({ kind: 'removal-undone' })}
      />
    </div>
  );
}
