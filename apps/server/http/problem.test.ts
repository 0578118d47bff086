import { Fault } from '@zhanggui/base';
import { faults } from '@zhanggui/modules/faults.ts';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { fieldFault, languageOf, problemOf, type ValidationError } from './problem.ts';

describe('the language of the answer', () => {
  test.each([
    [undefined, 'en'],
    ['', 'en'],
    ['zh', 'zh'],
    ['zh-CN', 'zh'],
    ['zh-Hant-TW', 'zh'],
    ['ZH-cn', 'zh'],
    ['en-GB,en;q=0.9', 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en;q=0.8, zh;q=0.9', 'zh'],
    ['en, zh', 'en'],
    ['zh;q=0, en', 'en'],
    ['zh;q=0', 'en'],
    ['fr, de;q=0.9, zh;q=0.1', 'zh'],
    ['fr', 'en'],
    ['*', 'en'],
    ['zhx', 'en'],
    ['zh;q=abc, en;q=0.5', 'en'],
    [';;;,,,q=', 'en'],
  ] as const)('for "%s" is %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
});

describe('a problem document', () => {
  test('has the words of its fault in either language, with parameters filled in', () => {
    const fault = new Fault('too-many-attempts', { params: { retryAfterS: 7 } });
    expect(problemOf(fault, 'en')).toEqual({
      type: 'urn:zhanggui:fault:too-many-attempts',
      title: 'Too many attempts; try again in 7 s',
      status: 429,
      code: 'too-many-attempts',
      retryable: true,
      retryAfterS: 7,
      fields: [],
    });
    expect(problemOf(fault, 'zh').title).toBe('尝试次数过多，请 7 秒后再试');
  });

  test('says internal of a code that is on no list, and nothing of what it carried', () => {
    const problem = problemOf(new Fault('never-heard-of', { params: { secret: 'S' } }), 'en');
    expect(problem).toMatchObject({ status: 500, code: 'internal', retryable: true });
    expect(JSON.stringify(problem)).not.toContain('S"');
  });

  test('is not to be changed by a parameter of the same name', () => {
    expect(problemOf(new Fault('not-found', { params: { status: 200, code: 'x' } }), 'en')).toMatchObject({
      status: 404,
      code: 'not-found',
    });
  });

  test.each(Object.entries(faults))(
    '%s has an error status and words in both languages',
    (code, { status, message }) => {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
      expect(message.zh).toMatch(/\p{Script=Han}/u);
      expect(message.en).toMatch(/^[\x20-\x7e]+$/);
      expect([...message.zh.matchAll(/\{\w+\}/g)].join()).toBe([...message.en.matchAll(/\{\w+\}/g)].join());
    },
  );
});

describe('input that does not fit', () => {
  const schema = Type.Object(
    {
      name: Type.String({ minLength: 2, maxLength: 4, pattern: '^[a-z]+$' }),
      count: Type.Integer({ minimum: 1, maximum: 9 }),
      lines: Type.Array(Type.Object({ id: Type.String() }), { minItems: 1, maxItems: 2 }),
    },
    { additionalProperties: false },
  );
  const right = { name: 'abc', count: 3, lines: [{ id: 'x' }] };

  function fieldsOf(input: unknown): readonly (readonly [string, string])[] {
    const compiled = Compile(schema);
    expect(compiled.Check(input)).toBe(false);
    const fault = fieldFault([...compiled.Errors(input)] as readonly ValidationError[]);
    return fault.fields.map(({ path, message }) => [path, message.en]);
  }

  test.each([
    ['a member is missing', { name: 'abc', lines: right.lines }, ['count', 'is required']],
    ['a member of a line is missing', { ...right, lines: [{}] }, ['lines.0.id', 'is required']],
    ['a member is too many', { ...right, colour: 'red' }, ['colour', 'is not known']],
    ['a type is wrong', { ...right, count: '3' }, ['count', 'has the wrong type']],
    ['a number has a fraction', { ...right, count: 1.5 }, ['count', 'has the wrong type']],
    ['a number is too small', { ...right, count: 0 }, ['count', 'must be at least 1']],
    ['a number is too large', { ...right, count: 10 }, ['count', 'must be at most 9']],
    ['a text is too short', { ...right, name: 'a' }, ['name', 'must have at least 2']],
    ['a text is too long', { ...right, name: 'abcde' }, ['name', 'must have at most 4']],
    ['a text is malformed', { ...right, name: 'AB' }, ['name', 'is malformed']],
    ['a list is empty', { ...right, lines: [] }, ['lines', 'must have at least 1']],
    [
      'a list is too long',
      { ...right, lines: [1, 2, 3].map((id) => ({ id: `${id}` })) },
      ['lines', 'must have at most 2'],
    ],
    ['all of it is something else', 'text', ['', 'has the wrong type']],
  ])('is named when %s', (_, input, field) => {
    expect(fieldsOf(input)).toContainEqual(field);
  });

  test('is named once a field, never with its value, and not without end', () => {
    const secret = '6212345678901234';
    const fields = fieldsOf({ ...right, name: secret, count: secret });
    expect(fields.map(([path]) => path)).toEqual(['name', 'count']);
    expect(JSON.stringify(fields)).not.toContain(secret);
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`extra${index}`, 1]));
    expect(fieldsOf({ ...right, ...many })).toHaveLength(20);
  });
});

describe('input that may be one of several', () => {
  const strict = { additionalProperties: false };
  const scanned = Type.Union([
    Type.Object({ code: Type.String() }, strict),
    Type.Object({ show: Type.Literal(true) }, strict),
  ]);
  const schema = Type.Object({
    credential: Type.Optional(
      Type.Union([Type.Object({ tenderedMinor: Type.Integer({ minimum: 1 }) }, strict), scanned, scanned]),
    ),
    request: Type.Optional(
      Type.Union([
        Type.Object({ kind: Type.Literal('export'), under: Type.String() }),
        Type.Object({ kind: Type.Literal('ceremony'), bits: Type.Integer(), usage: Type.String() }),
      ]),
    ),
    loose: Type.Optional(Type.Union([Type.Object({ amount: Type.Integer() }), Type.Object({ code: Type.String() })])),
    at: Type.Optional(Type.Union([Type.String({ pattern: '^\\d\\d:\\d\\d$' }), Type.Null()])),
  });

  test.each([
    ['a member has the wrong type', { credential: { code: 5 } }, ['credential.code: has the wrong type']],
    [
      'a number is out of range',
      { credential: { tenderedMinor: 0 } },
      ['credential.tenderedMinor: must be at least 1'],
    ],
    ['a member is too many', { credential: { code: '1', colour: 'red' } }, ['credential.colour: is not known']],
    ['a member is there and of the wrong type', { loose: { amount: 'x' } }, ['loose.amount: has the wrong type']],
    ['a constant is another', { credential: { show: false } }, ['credential.show: is malformed']],
    ['a word tells which is meant', { request: { kind: 'export' } }, ['request.under: is required']],
    [
      'a word tells that the longer one is meant',
      { request: { kind: 'ceremony' } },
      ['request.bits: is required', 'request.usage: is required'],
    ],
    ['nothing tells which is meant', { credential: {} }, ['credential: is malformed']],
    ['it is of no type that any has', { at: 5 }, ['at: has the wrong type']],
    ['it is of the right type and malformed', { at: 'noon' }, ['at: is malformed']],
    [
      'two of them are wrong',
      { credential: { code: 5 }, request: { kind: 'export' } },
      ['credential.code: has the wrong type', 'request.under: is required'],
    ],
  ])('is named by the one that was meant when %s', (_, input, words) => {
    const compiled = Compile(schema);
    expect(compiled.Check(input)).toBe(false);
    const { fields } = fieldFault([...compiled.Errors(input)] as readonly ValidationError[]);
    expect(fields.map(({ path, message }) => `${path}: ${message.en}`)).toEqual(words);
  });
});
