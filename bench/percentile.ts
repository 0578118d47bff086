/** The value below which so many hundredths of the values lie (nearest rank), in whole units. */
export function percentile(values: readonly number[], hundredths: number): number {
  if (values.length === 0) throw new RangeError('nothing was measured');
  const sorted = [...values].sort((left, right) => left - right);
  const rank = Math.min(sorted.length, Math.max(1, Math.ceil((hundredths / 100) * sorted.length)));
  return Math.round(sorted[rank - 1] ?? 0);
}
