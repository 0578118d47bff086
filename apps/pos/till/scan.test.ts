import { describe, expect, it } from 'vitest';
import { NO_SCAN, quietAfterMs, type ScanState, stepScan } from './scan.ts';

/** Types `text` with `gapMs` between keys; `end` is the terminator, or undefined for silence. */
function type(text: string, gapMs: number, end: 'Enter' | 'Tab' | undefined, from: ScanState = NO_SCAN) {
  let state = from;
  let atMs = state.lastAtMs + 10_000;
  for (const key of text) {
    state = stepScan(state, { kind: 'key', key, atMs }).state;
    atMs += gapMs;
  }
  return end
    ? stepScan(state, { kind: 'key', key: end, atMs })
    : stepScan(state, { kind: 'quiet', atMs: atMs + quietAfterMs(state) });
}

describe('a keyboard-wedge scanner', () => {
  it('is heard with either terminator', () => {
    expect(type('6921168509256', 5, 'Enter').scanned).toBe('6921168509256');
    expect(type('6921168509256', 5, 'Tab').scanned).toBe('6921168509256');
  });

  it('is heard without a terminator once it falls silent', () => {
    expect(type('6921168509256', 8, undefined).scanned).toBe('6921168509256');
  });

  it('may take half a second for 18 digits', () => {
    expect(type('134567890123456789', 28, 'Enter').scanned).toBe('134567890123456789');
  });

  it('may send a code of any length', () => {
    const long = 'x'.repeat(600);
    expect(type(long, 3, 'Enter').scanned).toBe(long);
  });

  it('may hold an upper-case letter, for which a Shift key comes in between', () => {
    let state = NO_SCAN;
    let atMs = 1000;
    for (const key of ['a', 'Shift', 'B', 'c', 'd']) {
      state = stepScan(state, { kind: 'key', key, atMs }).state;
      atMs += 6;
    }
    expect(stepScan(state, { kind: 'key', key: 'Enter', atMs }).scanned).toBe('aBcd');
  });

  it('is followed when it is slower than the first guess', () => {
    const slower = type('6921168509256', 32, 'Enter');
    expect(slower.scanned).toBe('6921168509256');
    expect(type('6921168509256', 40, 'Enter', slower.state).scanned).toBe('6921168509256');
  });
});

describe('a scanner behind a busy machine', () => {
  it('is still heard when its code is long and ended by a terminator', () => {
    expect(type('6921168509256', 80, 'Enter').scanned).toBe('6921168509256');
    expect(type('6921168509256', 80, undefined).scanned).toBeUndefined();
    expect(type('1234', 80, 'Enter').scanned).toBeUndefined();
  });
});

describe('a scanner that sends no terminators', () => {
  it('is waited for long only the first time, and again after one that sends them', () => {
    const first = type('6921168509256', 5, undefined).state;
    expect(quietAfterMs(first)).toBeLessThan(quietAfterMs(NO_SCAN) / 4);
    expect(type('6921168509256', 5, undefined, first).scanned).toBe('6921168509256');
    expect(quietAfterMs(type('6921168509256', 5, 'Enter', first).state)).toBe(quietAfterMs(NO_SCAN));
  });
});

describe('a scanner that sends terminators', () => {
  const known = type('6921168509256', 5, 'Enter').state;

  it('is not cut in two by a stall of the machine', () => {
    let state = known;
    let atMs = 20_000;
    for (const key of '6921168509256') {
      state = stepScan(state, { kind: 'key', key, atMs }).state;
      atMs += key === '6' && atMs > 20_010 ? 300 : 5;
    }
    expect(quietAfterMs(state)).toBeGreaterThan(300);
    expect(stepScan(state, { kind: 'key', key: 'Enter', atMs }).scanned).toBe('6921168509256');
  });

  it('does not make another one unheard that sends none', () => {
    expect(type('6921168509256', 5, undefined, known).scanned).toBe('6921168509256');
  });

  it('is not mixed with what a person typed before', () => {
    const typed = stepScan(known, { kind: 'key', key: '7', atMs: 19_600 }).state;
    let state = typed;
    for (const [index, key] of [...'1234567'].entries())
      state = stepScan(state, { kind: 'key', key, atMs: 20_000 + index * 5 }).state;
    expect(stepScan(state, { kind: 'key', key: 'Enter', atMs: 20_040 }).scanned).toBe('1234567');
  });
});

describe('a person at the keyboard', () => {
  it('is no scanner, however many figures', () => {
    expect(type('123456', 110, 'Enter').scanned).toBeUndefined();
    expect(type('123456', 70, undefined).scanned).toBeUndefined();
  });

  it('may type an amount of three figures fast', () => {
    expect(type('100', 5, 'Enter').scanned).toBeUndefined();
  });

  it('may press Enter long after a burst', () => {
    let state = NO_SCAN;
    for (const [index, key] of [...'1234'].entries()) {
      state = stepScan(state, { kind: 'key', key, atMs: 1000 + index * 5 }).state;
    }
    expect(stepScan(state, { kind: 'key', key: 'Enter', atMs: 4000 }).scanned).toBeUndefined();
  });

  it('does not spoil the scan that follows', () => {
    const typed = stepScan(NO_SCAN, { kind: 'key', key: '7', atMs: 500 }).state;
    expect(type('6921168509256', 5, 'Enter', typed).scanned).toBe('6921168509256');
  });
});
