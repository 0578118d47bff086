import { encodeCommand, selectCommand } from '../apdu.ts';
import {
  type CardApplication,
  directoryEntries,
  matches,
  orderByPriority,
  PPSE_NAME,
  selectApplication,
} from '../select.ts';
import { primitives } from '../tlv.ts';
import { judged } from './authenticate-card.ts';
import {
  type CardTransaction,
  concluding,
  ended,
  enterApplication,
  startTransaction,
  takeCardData,
} from './card-transaction.ts';
import { type Dialogue, relay, transmit } from './dialogue.ts';
import { mchip } from './mchip.ts';
import { MESSAGES } from './messages.ts';
import type { KernelOutcome, OnlineRequest } from './outcome.ts';
import { qvsdc } from './qvsdc.ts';
import type { ApplicationSettings, ContactlessSettings, TerminalSettings, TransactionInput } from './settings.ts';
import { MemoryTornLog, type TornLog } from './torn.ts';

/**
 * A contactless transaction: pre-processing, PPSE, choice of application and kernel, and the kernel itself. It ends when the card may leave;
 * where the issuer is to decide the outcome is `online-request`. EMV Book B clause 3; Books C-2, C-3, C-7.
 * @param torn what kernel 2 remembers of cards that left too early; only of this one transaction when absent.
 * @throws EmvRefusal `settings`, `terminal-type`, `kernel-answer`: mistakes of the caller.
 */
export function* contactlessTransaction(
  terminal: TerminalSettings,
  input: TransactionInput,
  torn: TornLog = new MemoryTornLog(1),
): Dialogue<KernelOutcome> {
  const transaction = startTransaction('contactless', terminal, input);
  return yield* concluding(transaction, combinations(transaction, torn));
}

/** What a contactless transaction has come to once the issuer has answered: the card is gone, so the issuer's word is the last. EMV Book A clause 6. */
export function concludeContactless(request: OnlineRequest, decision: 'approve' | 'decline'): KernelOutcome {
  const { pin: _, ...result } = request;
  if (decision === 'decline')
    return { outcome: 'declined-online', result, reversal: false, message: MESSAGES.declined };
  return { outcome: 'approved-online', result, message: result.signature ? MESSAGES.approvedSign : MESSAGES.approved };
}

/** A card's application that the reader may take, with the reader's settings for it. */
interface Combination {
  readonly entry: CardApplication;
  readonly application: ApplicationSettings;
  readonly settings: ContactlessSettings;
}

type Accepted = Omit<Combination, 'entry'>;

function* combinations(transaction: CardTransaction, torn: TornLog): Dialogue<KernelOutcome> {
  const { allowed, excluded } = preprocess(transaction);
  if (allowed.length === 0) return elsewhere();
  const { data, sw } = yield* transmit(encodeCommand(selectCommand(PPSE_NAME)));
  if (sw === 0x6a81) return ended(transaction, 'card-blocked');
  const entries = sw === 0x9000 ? (judged(() => directoryEntries(data)) ?? []) : [];
  let overLimit = combine(entries, excluded).length > 0;
  for (const combination of combine(orderByPriority(entries), allowed)) {
    const outcome = yield* tryCombination(transaction, combination, torn);
    if (outcome !== 'select-next' && outcome !== 'over-limit') return outcome;
    overLimit ||= outcome === 'over-limit';
  }
  if (overLimit) return elsewhere();
  return { ...ended(transaction, 'no-application'), message: MESSAGES.tryAnotherCard };
}

/** Pre-processing: what the amount allows, and what it excludes. Kernel 2 has its limits looked at when the device is known. EMV Book B clause 3.1. */
function preprocess({
  terminal,
  input,
}: CardTransaction): Readonly<Record<'allowed' | 'excluded', readonly Accepted[]>> {
  const accepted = terminal.applications.flatMap((application) =>
    application.contactless === undefined ? [] : [{ application, settings: application.contactless }],
  );
  const isOver = ({ settings }: Accepted): boolean =>
    settings.kernel !== 2 && input.amountMinor >= settings.transactionLimitMinor;
  return { allowed: accepted.filter((each) => !isOver(each)), excluded: accepted.filter(isOver) };
}

function elsewhere(): KernelOutcome {
  return { outcome: 'try-another-interface', interfaces: ['contact', 'stripe'], message: MESSAGES.insertOrSwipe };
}

/** Entries with the reader's applications of the kernel they ask for. EMV Book B clause 3.3.2. */
function combine(entries: readonly CardApplication[], allowed: readonly Accepted[]): readonly Combination[] {
  return entries.flatMap((entry) => {
    const wanted = kernelOf(entry);
    const fits = allowed
      .filter(
        ({ application, settings }) =>
          matches(application, entry.aid) && (wanted ?? settings.kernel) === settings.kernel,
      )
      .toSorted((left, right) => right.application.aid.length - left.application.aid.length)[0];
    return fits === undefined ? [] : [{ entry, ...fits }];
  });
}

/** The kernel that an entry asks for; undefined leaves it to the reader. EMV Book B clause 3.3.2.5. */
function kernelOf({ kernelId }: CardApplication): number | undefined {
  const [first = 0] = kernelId ?? [];
  const international = first >> 6 <= 1;
  const id = international ? first & 0x3f : first;
  return kernelId === undefined || id === 0 ? undefined : id;
}

function* tryCombination(
  transaction: CardTransaction,
  { entry, application, settings }: Combination,
  torn: TornLog,
): Dialogue<KernelOutcome | 'select-next' | 'over-limit'> {
  const extension = settings.extendedSelection === true ? entry.extendedSelection : undefined;
  const selected = yield* relay(selectApplication(entry.aid, extension));
  if (selected.outcome !== 'ok') return 'select-next';
  enterApplication(transaction, application, selected.aid);
  transaction.candidate = entry;
  takeCardData(transaction, new Map(primitives(selected.fci).map(({ tag, value }) => [tag, value])));
  return settings.kernel === 2 ? yield* mchip(transaction, settings, torn) : yield* qvsdc(transaction, settings);
}
