import { Fault } from '@zhanggui/base';
import type { AdvanceOutcome, PaymentFacts } from '@zhanggui/modules/payments/method.ts';
import type { Exchange, OpenedCompletion } from '@zhanggui/modules/switch/api.ts';
import { readCompletion } from './credential.ts';
import { askedFor, cardDataOf, kindOf, originalOf, stored } from './data.ts';
import { cardRemoved, chipRefused, declinedAlone } from './declines.ts';
import { approveOffline } from './offline.ts';

/**
 * What the chip's last word makes of a payment that waits for it. The issuer's approval counts when the chip agrees, and
 * is undone otherwise; his decline counts whatever the chip says. Results of the issuer's scripts are queued for him.
 * @throws Fault `payment-not-waiting`, `credential-refused`.
 */
export async function lastWord(exchange: Exchange, payment: PaymentFacts, input: unknown): Promise<AdvanceOutcome> {
  const { phase, presented, issuerDecline } = cardDataOf(payment);
  if (phase === undefined || presented === undefined) throw new Fault('payment-not-waiting');
  const word = await exchange.openCompletion(readCompletion(input, presented));
  if (word.scriptResults !== null) await tellScriptResults(exchange, payment, word);
  switch (phase) {
    case 'issuer-approved':
      return agreed(payment, word);
    case 'issuer-declined':
      return { kind: 'declined', decline: issuerDecline ?? chipRefused, channelData: keptOf(word) };
    case 'alone':
      return alone(exchange, payment, word);
  }
}

function agreed(payment: PaymentFacts, word: OpenedCompletion): AdvanceOutcome {
  const { rrn, trace, verification } = cardDataOf(payment);
  if (word.result === 'approved')
    return {
      kind: 'approved',
      channelReference: rrn ?? trace.stan,
      ...(word.signature || verification === 'signature' ? { signatureWanted: true } : {}),
      channelData: keptOf(word),
    };
  const decline = word.result === 'removed' ? cardRemoved : chipRefused;
  const told = word.chip === null ? {} : { reversalChip: word.chip };
  const channelData = { ...keptOf(word), ...stored({ reversalReason: '06', ...told }) };
  return { kind: 'undo', cause: word.result, decline, channelData };
}

/** The bank was not reached: only the chip's own approval (Y3) counts, and only within the shop's limits. */
async function alone(exchange: Exchange, payment: PaymentFacts, word: OpenedCompletion): Promise<AdvanceOutcome> {
  if (word.result !== 'approved' || word.arc !== 'Y3')
    return { kind: 'declined', decline: declinedAlone, channelData: keptOf(word) };
  const outcome = await approveOffline(exchange, payment, word.chip);
  const signatureWanted = outcome.kind === 'approved' && word.signature ? { signatureWanted: true as const } : {};
  return { ...outcome, ...signatureWanted, channelData: { ...keptOf(word), ...outcome.channelData } };
}

/** What the batch upload and the slip need of the chip's last word. */
function keptOf({ result, sealedChip, proof }: OpenedCompletion) {
  const said = result === 'removed' ? {} : { chipResult: result };
  return stored({ ...said, ...(sealedChip === null ? {} : { sealedChip }), ...(proof === null ? {} : { proof }) });
}

async function tellScriptResults(exchange: Exchange, payment: PaymentFacts, word: OpenedCompletion): Promise<void> {
  const data = cardDataOf(payment);
  const { trace, vaulted } = data;
  const { trace: next } = await exchange.nextTrace(trace, `${payment.id}:script-result`);
  await exchange.enqueue({
    ...askedFor(payment),
    kind: 'script-result',
    reverses: kindOf(payment, data),
    trace: next,
    card: { vaulted },
    original: originalOf(payment),
    chip: withScriptResults(word.chip ?? '', word.scriptResults ?? ''),
  });
}

/** Tag DF31 after the chip data that does not hold it yet (CUPS.md 7). */
function withScriptResults(chip: string, results: string): string {
  const tag = 'DF31';
  if (chip.includes(tag)) return chip;
  const length = (results.length / 2).toString(16).toUpperCase().padStart(2, '0');
  return `${chip}${tag}${length}${results}`;
}
