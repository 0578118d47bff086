import { useEffect, useState } from 'react';
import { useKeyboard } from '../controller/use-keyboard.ts';
import { useScanner } from '../controller/use-scanner.ts';
import { useSetting, useTillState } from '../controller/use-till.ts';
import { useTypedFigures } from '../controller/use-typed-figures.ts';
import { DevicesDialog } from '../devices/devices-dialog.tsx';
import { AccountMenu } from './account-menu.tsx';
import { CardServices } from './cards/card-services.tsx';
import { CloseShift } from './close-shift.tsx';
import { LastPayments } from './refund/last-payments.tsx';
import { HeldDialog } from './sell/held-dialog.tsx';
import { LiveRegion } from './sell/live-region.tsx';
import { QuantityDialog } from './sell/quantity-dialog.tsx';
import { Shelf } from './sell/shelf.tsx';
import { Ticket } from './sell/ticket.tsx';
import { Outcome } from './tender/outcome.tsx';
import { ParkedDialog } from './tender/parked-dialog.tsx';
import { Tender } from './tender/tender.tsx';
import { Waiting } from './tender/waiting.tsx';
import { TopBar } from './top-bar.tsx';
import './till-screen.css';

/** A layer over the till that the cashier opened. */
export type Layer = 'menu' | 'held' | 'quantity' | 'parked' | 'cards' | 'payments' | 'devices' | 'close-shift';

interface TillScreenProps {
  readonly onShiftClosed: () => void;
  readonly onSignOut: () => void;
}

/** The till at work: ticket left, and right the shelf, the payment, the waiting or the outcome. */
export function TillScreen({ onShiftClosed, onSignOut }: TillScreenProps) {
  const [layer, setLayer] = useState<Layer | null>(null);
  const [ticketOpen, setTicketOpen] = useState(false);
  const { phase } = useTillState();
  const { scan, till } = useSetting();
  const figures = useTypedFigures();
  useScanner((text) => {
    figures.clear();
    scan(text);
  });
  useKeyboard({ open: setLayer, figures });
  const selling = phase.name === 'selling';
  useEffect(() => {
    if (!selling) setTicketOpen(false);
  }, [selling]);
  const close = () => setLayer(null);
  return (
    <div className={`till is-${phase.name} ${ticketOpen ? 'is-ticket-open' : ''}`}>
      <TopBar open={setLayer} />
      <main className="till-main">
        <Ticket open={setLayer} sheetOpen={ticketOpen} onSheet={setTicketOpen} />
        <div className="till-right">
          {selling && <Shelf typed={figures.shown} />}
          {phase.name === 'tendering' && <Tender method={phase.method} />}
          {phase.name === 'waiting' && <Waiting attempt={phase.attempt} />}
          {phase.name === 'outcome' && <Outcome attempt={phase.attempt} payment={phase.payment} />}
        </div>
      </main>
      <LiveRegion />
      {layer === 'menu' && (
        <AccountMenu
          onClose={close}
          onDevices={() => setLayer('devices')}
          onCards={() => setLayer('cards')}
          onPayments={() => setLayer('payments')}
          onCloseShift={() => setLayer('close-shift')}
          onSignOut={onSignOut}
        />
      )}
      {layer === 'devices' && <DevicesDialog tillId={till.id} onClose={close} />}
      {layer === 'held' && <HeldDialog onClose={close} />}
      {layer === 'quantity' && <QuantityDialog onClose={close} />}
      {layer === 'parked' && <ParkedDialog onClose={close} />}
      {layer === 'cards' && <CardServices onClose={close} />}
      {layer === 'payments' && <LastPayments onClose={close} />}
      {layer === 'close-shift' && <CloseShift onClose={close} onShiftClosed={onShiftClosed} />}
    </div>
  );
}
