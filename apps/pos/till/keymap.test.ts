import { describe, expect, it } from 'vitest';
import { keyCommand } from './keymap.ts';

const selling = { phase: 'selling', inField: false } as const;

describe('keys of the till', () => {
  it.each([
    ['*', false, 'quantity'],
    ['Delete', false, 'remove'],
    ['Enter', false, 'accept'],
    ['F9', false, 'pay'],
    ['F6', false, 'hold'],
    ['F6', true, 'recall'],
    ['F1', false, 'search'],
    ['Escape', false, 'back'],
    ['5', false, 'digit'],
    ['Backspace', false, 'digit'],
  ])('%s (shift %s) on the sale screen means %s', (key, shift, kind) => {
    expect(keyCommand(key, shift, selling)?.kind).toBe(kind);
  });

  it('leave a text field its letters, figures and Enter, but not the function keys', () => {
    const field = { phase: 'selling', inField: true } as const;
    expect(keyCommand('5', false, field)).toBeUndefined();
    expect(keyCommand('Enter', false, field)).toBeUndefined();
    expect(keyCommand('Delete', false, field)).toBeUndefined();
    expect(keyCommand('F9', false, field)).toEqual({ kind: 'pay' });
  });

  it('accept nothing by accident while money is awaited', () => {
    for (const key of ['Enter', 'Escape', 'Delete', '5', 'F6'])
      expect(keyCommand(key, false, { phase: 'waiting', inField: false })).toBeUndefined();
  });

  it('lead on from an outcome with Enter', () => {
    expect(keyCommand('Enter', false, { phase: 'outcome', inField: false })).toEqual({ kind: 'next' });
  });
});
