import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { suggestNotes } from './suggest-notes.ts';

describe('notes that a customer may hand over', () => {
  it.each([
    [6220, [6500, 7000, 8000, 10_000]],
    [812, [1000, 2000, 5000, 10_000]],
    [9_950, [10_000]],
    [26_220, [26_500, 27_000, 28_000, 30_000]],
    [10_000, []],
    [400, [500, 1000, 2000, 5000]],
  ])('for %i fen are %j', (due, sums) => {
    expect(suggestNotes(due).map(({ tenderedMinor }) => tenderedMinor)).toEqual(sums);
  });

  it('always cover what is due, with no hundred to spare', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (due) => {
        for (const { tenderedMinor } of suggestNotes(due)) {
          expect(tenderedMinor).toBeGreaterThan(due);
          expect(tenderedMinor - due).toBeLessThan(10_000);
        }
      }),
    );
  });
});
