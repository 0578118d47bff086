/** Notes and coins of whole yuan that go from hand to hand, in fen. */
const NOTES = [10_000, 5_000, 2_000, 1_000, 500, 100];
const HUNDRED = 10_000;
const MOST_NOTES = 4;

/** A sum that a customer may hand over, and with how many notes beyond the hundreds. */
export interface SuggestedCash {
  readonly tenderedMinor: number;
  readonly notes: number;
}

/**
 * What a customer who owes `dueMinor` fen may hand over: sums of notes of which none could be kept back. Fewer notes are
 * likelier; the `most` likeliest are given, in rising order, without the exact sum.
 */
export function suggestNotes(dueMinor: number, most = 4): readonly SuggestedCash[] {
  const rest = dueMinor % HUNDRED;
  const hundreds = dueMinor - rest;
  const fewest = new Map<number, number>();
  if (rest > 0) cover(rest, 0, 0, 0, fewest);
  return [...fewest]
    .map(([sum, notes]) => ({ tenderedMinor: hundreds + sum, notes }))
    .filter(({ tenderedMinor }) => tenderedMinor !== dueMinor)
    .sort((a, b) => a.notes - b.notes || a.tenderedMinor - b.tenderedMinor)
    .slice(0, most)
    .sort((a, b) => a.tenderedMinor - b.tenderedMinor);
}

/**
 * Adds notes, each no larger than the one before, until the sum covers `rest`; then the last note was needed. Nobody hands
 * over more than one hundred for less than one.
 */
function cover(rest: number, sum: number, notes: number, from: number, fewest: Map<number, number>): void {
  if (sum > HUNDRED) return;
  if (sum >= rest) {
    fewest.set(sum, Math.min(notes, fewest.get(sum) ?? notes));
    return;
  }
  if (notes === MOST_NOTES) return;
  NOTES.forEach((note, index) => {
    if (index >= from) cover(rest, sum + note, notes + 1, index, fewest);
  });
}
