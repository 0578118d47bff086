import type { SignatureView } from '@zhanggui/modules/payments/api.ts';
import type { ReceiptView } from '@zhanggui/modules/sales/api.ts';
import type { BatchView } from '@zhanggui/modules/settlement/api.ts';
import { type ApiClient, ApiProblem, ApiSilence } from '@zhanggui/ui/api-client.ts';
import { currentLanguage } from '@zhanggui/ui/language.ts';
import type { TillState } from '../till/state.ts';
import { batchSlipJobOf, type SlipSigner } from './batch-slip-job.ts';
import { type PrintedPicture, printJobOf, signaturePicture } from './print-job.ts';
import { PRINTER_TROUBLES, type PrintTrouble, type TillDevices } from './till-devices.ts';

interface PrintingOptions {
  readonly api: ApiClient;
  readonly devices: TillDevices;
  /** Whether a method's money goes into the drawer. */
  readonly isCash: (method: string) => boolean;
  readonly till: { state(): TillState; subscribe(listener: () => void): () => void };
}

/**
 * Prints the receipt of each sale that is paid, and opens the drawer for each payment in cash, once. Does nothing while no agent is
 * paired. Returns how to stop.
 */
export function startPrinting({ api, devices, isCash, till }: PrintingOptions): () => void {
  let drawerFor = '';
  let seen = '';
  let waiting: string | null = null;
  return till.subscribe(() => {
    const { phase, sale } = till.state();
    const payment = phase.name === 'outcome' && phase.payment.result === 'succeeded' ? phase.payment : null;
    if (payment !== null && isCash(payment.method) && drawerFor !== payment.id) {
      drawerFor = payment.id;
      void openDrawer(devices);
    }
    const token = payment !== null && sale?.dueMinor === 0 ? sale.receiptToken : null;
    if (token !== null && token !== seen) waiting = seen = token;
    // A receipt has room for the signature, so it waits for it, but not beyond the next sale.
    if (waiting === null || payment?.signature === 'wanted') return;
    void printReceipt(api, devices, waiting);
    waiting = null;
  });
}

/** Prints a receipt by its token where an agent is paired; what went wrong stands in the devices' state. */
export async function printReceipt(api: ApiClient, devices: TillDevices, token: string): Promise<void> {
  if ((await devices.paired()) === null) return;
  await told(devices, async () => {
    const receipt = await api.get<ReceiptView>(`/receipts/${encodeURIComponent(token)}`);
    const job = await printJobOf(receipt, {
      language: currentLanguage() === 'en' ? 'en' : 'zh',
      link: `${location.origin}/r/${token}`,
      picture: (url) => pictureOf(api, url),
    });
    await devices.agent.send('POST', '/print', job);
  });
}

/** Prints the slip of a closed batch; false where no agent is paired, so that the page is printed instead. */
export async function printBatchSlip(devices: TillDevices, batch: BatchView, signer: SlipSigner): Promise<boolean> {
  if ((await devices.paired()) === null) return false;
  const job = batchSlipJobOf(batch, signer, currentLanguage() === 'en' ? 'en' : 'zh');
  if (job !== null) await told(devices, () => devices.agent.send('POST', '/print', job));
  return true;
}

/** Prints a page that shows what the printer can do. */
export async function printTestPage(devices: TillDevices): Promise<void> {
  const language = currentLanguage() === 'en' ? 'en' : 'zh';
  await told(devices, () => devices.agent.send('POST', '/print', { language, test: true }));
}

/** Opens the drawer where an agent is paired. */
export async function openDrawer(devices: TillDevices): Promise<void> {
  if ((await devices.paired()) === null) return;
  await told(devices, () => devices.agent.send('POST', '/drawer'));
}

async function pictureOf(api: ApiClient, url: string): Promise<PrintedPicture | null> {
  return signaturePicture(await api.get<SignatureView>(url));
}

/** A sale is done whether it is printed or not: trouble is shown, and the receipt can be printed again. */
async function told(devices: TillDevices, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
    devices.report(null);
  } catch (error) {
    if (!(error instanceof ApiProblem || error instanceof ApiSilence)) throw error;
    devices.report(troubleOf(error));
  }
}

function troubleOf(error: ApiProblem | ApiSilence): PrintTrouble {
  if (error instanceof ApiSilence) return 'agent-silent';
  const trouble = PRINTER_TROUBLES.find((one) => one === error.code);
  return trouble ?? (error.status === 401 || error.status === 403 ? 'not-paired' : 'agent-refused');
}
