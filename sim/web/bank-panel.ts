import type { BankView } from './bank-api.ts';

/** Does something at the bank, and shows what became of it. */
export type Act = (work: Promise<unknown>) => void;

/** What every panel of the bank's page is given. */
export interface PanelProps {
  readonly view: BankView;
  readonly act: Act;
}
