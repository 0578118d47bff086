import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import type { PaymentSurroundings } from '@zhanggui/plugins/web/method-screen.ts';
import type { ScenarioScreen } from '@zhanggui/plugins/web/scenario-screen.ts';
import { useEffect, useMemo, useRef, useState } from 'react';
import { api } from '../api.ts';
import { handleScan } from '../controller/scan-handler.ts';
import { createTillController } from '../controller/till-controller.ts';
import { type OfferedMethod, TillContext, type TillSetting } from '../controller/use-till.ts';
import { startPrinting } from '../devices/print-sales.ts';
import { devicesOf } from '../devices/till-devices.ts';
import { type CatalogIndex, indexCatalog } from '../till/catalog-index.ts';
import type { Catalog, Item, Session, Till } from '../till/contract.ts';
import { ReceiptDialog } from './receipt-dialog.tsx';
import { TillScreen } from './till-screen.tsx';

interface TillRoomProps {
  readonly session: Session;
  readonly till: Till;
  readonly firstIndex: CatalogIndex;
  readonly methods: readonly OfferedMethod[];
  readonly scenario: ScenarioScreen;
  readonly onShiftClosed: () => void;
  readonly onSignOut: () => void;
}

/** A till with an open shift: its machine runs as long as this is on screen. */
export function TillRoom(props: TillRoomProps) {
  const { session, till, firstIndex, methods, scenario, onShiftClosed, onSignOut } = props;
  const [index, setIndex] = useState(firstIndex);
  const latestIndex = useRef(firstIndex);
  const [controller] = useState(() =>
    createTillController({
      api,
      tillId: till.id,
      scenario: scenario.id,
      methods,
      index: () => latestIndex.current,
      onPayment: (payment) =>
        followPayment(payment, methods, { api, cardReader: devicesOf(till.id).cardReader(), sleep }),
    }),
  );
  const [measuring, setMeasuring] = useState<Item | null>(null);
  const [receipt, setReceipt] = useState<string | null>(null);
  useEffect(() => controller.start(), [controller]);
  useEffect(() => {
    const isCash = (method: string) => methods.find(({ id }) => id === method)?.holds === 'drawer';
    return startPrinting({ api, devices: devicesOf(till.id), isCash, till: controller });
  }, [controller, methods, till.id]);

  const setting = useMemo<TillSetting>(() => {
    const onMeasure = (item: Item) => setMeasuring(item);
    const scan = (text: string) => handleScan(text, { controller, index, methods, onMeasure, onReceipt: setReceipt });
    async function reloadCatalog(): Promise<CatalogIndex> {
      const fresh = indexCatalog(await api.get<Catalog>('/catalog'));
      latestIndex.current = fresh;
      setIndex(fresh);
      return fresh;
    }
    return {
      controller,
      index,
      methods,
      scenario,
      session,
      till,
      scan,
      onMeasure,
      onReceipt: setReceipt,
      reloadCatalog,
    };
  }, [controller, index, methods, scenario, session, till]);

  const Measure = measuring ? scenario.measure[measuring.kind] : undefined;
  return (
    <TillContext value={setting}>
      <TillScreen onShiftClosed={onShiftClosed} onSignOut={onSignOut} />
      {measuring && Measure && (
        <Measure
          item={measuring}
          onClose={() => setMeasuring(null)}
          onMeasured={(grams) => {
            controller.send({ kind: 'item-added', item: measuring, measure: { quantity: 1, grams } });
            setMeasuring(null);
          }}
        />
      )}
      {receipt !== null && <ReceiptDialog token={receipt} onClose={() => setReceipt(null)} />}
    </TillContext>
  );
}

/** Lets the payment's method do what it has to at the till's devices. */
async function followPayment(
  payment: PaymentView,
  methods: readonly OfferedMethod[],
  around: PaymentSurroundings,
): Promise<PaymentView | undefined> {
  const screen = methods.find(({ id }) => id === payment.method)?.screen;
  return screen?.onPayment?.(payment, around);
}

function sleep(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
