import { expect, test } from 'vitest';
import { assert, unreachable } from './assert.ts';
import { Fault } from './fault.ts';
import { HttpSilence } from './http.ts';
import { Refusal } from './refusal.ts';

test('a fault carries its code, its fields and its cause, and is not to be retried unless it says so', () => {
  const cause = new Error('why');
  const fields = [{ path: 'lines.0', message: { zh: '错', en: 'wrong' } }];
  const fault = new Fault('line-refused', { fields, cause, params: { limit: 3 } });
  expect(fault).toMatchObject({
    name: 'Fault',
    message: 'line-refused',
    code: 'line-refused',
    retryable: false,
    fields,
    cause,
  });
  expect(fault.params).toEqual({ limit: 3 });
  expect(new Fault('x', { retryable: true }).retryable).toBe(true);
  expect('cause' in new Fault('x')).toBe(false);
});

test('a refusal bears the name of its own class and the place', () => {
  class TlvRefusal extends Refusal {}
  const refusal = new TlvRefusal('cut-short', 'the value is cut short', { path: '9F26', offset: 4 });
  expect(refusal).toMatchObject({ name: 'TlvRefusal', code: 'cut-short', path: '9F26', offset: 4 });
  expect(new TlvRefusal('x', 'y')).toMatchObject({ path: '', offset: undefined });
});

test('silence says whether anything may have left', () => {
  expect(new HttpSilence('time-out', true)).toMatchObject({ name: 'HttpSilence', sent: true });
  expect(new HttpSilence('refused', false, new Error('cause')).cause).toBeInstanceOf(Error);
});

test('an assertion stops at what must not be', () => {
  expect(() => assert(1 + 1 === 2, 'sums add up')).not.toThrow();
  expect(() => assert(0, 'nothing is something')).toThrow('Assertion failed: nothing is something');
  expect(() => unreachable('left' as never)).toThrow('Unreachable value: left');
});
