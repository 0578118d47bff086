import type { MethodScreen } from '@zhanggui/plugins/web/method-screen.ts';
import type { ScenarioScreen } from '@zhanggui/plugins/web/scenario-screen.ts';
import type { LinkState } from '@zhanggui/ui/event-stream.ts';
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { CatalogIndex } from '../till/catalog-index.ts';
import type { Item, Method, Session, Till } from '../till/contract.ts';
import type { TillEvent } from '../till/events.ts';
import type { TillState } from '../till/state.ts';
import type { TillController } from './till-controller.ts';

/** A way to pay that the server offers and this till has screens for. */
export interface OfferedMethod extends Method {
  readonly screen: MethodScreen;
}

/** Everything the till's screens stand on. */
export interface TillSetting {
  readonly controller: TillController;
  readonly index: CatalogIndex;
  readonly methods: readonly OfferedMethod[];
  readonly scenario: ScenarioScreen;
  readonly session: Session;
  readonly till: Till;
  /** Puts a scanned text through the classifier and does what follows. */
  readonly scan: (text: string) => void;
  /** Asks how much of an item goes on the ticket. */
  readonly onMeasure: (item: Item) => void;
  /** Shows the receipt of a token. */
  readonly onReceipt: (token: string) => void;
  /** Loads the catalogue again, after an item was added. */
  readonly reloadCatalog: () => Promise<CatalogIndex>;
}

export const TillContext = createContext<TillSetting | null>(null);

/** The setting of the till this component is in. */
export function useSetting(): TillSetting {
  const setting = useContext(TillContext);
  if (setting === null) throw new Error('a screen of the till was drawn outside of a till');
  return setting;
}

/** The till's state now; the component is drawn again when it changes. */
export function useTillState(): TillState {
  const { controller } = useSetting();
  return useSyncExternalStore(controller.subscribe, controller.state);
}

/** Whether the till hears the server. */
export function useLink(): LinkState {
  const { controller } = useSetting();
  return useSyncExternalStore(controller.subscribe, controller.link);
}

/** Sends an event to the till. */
export function useSend(): (event: TillEvent) => void {
  return useSetting().controller.send;
}
