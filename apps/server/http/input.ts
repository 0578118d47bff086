import type { Bilingual } from '@zhanggui/base';
import { Fault } from '@zhanggui/base';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Convert } from 'typebox/value';
import { fieldFault, type ValidationError } from './problem.ts';

/** Checks one part of a request and returns it as its schema's type. @throws Fault `field-refused`, `body-not-json`. */
export type Validate = (value: unknown) => unknown;

/** The check of a part of a request; `isText` where numbers come as text, in paths and queries. */
export function validator(schema: TSchema | undefined, isText: boolean): Validate {
  if (schema === undefined) return () => undefined;
  const compiled = Compile(schema);
  return (value) => {
    if (value === undefined) throw new Fault('body-not-json');
    const candidate = isText ? Convert(schema, value) : value;
    if (!compiled.Check(candidate)) throw fieldFault([...compiled.Errors(candidate)] as readonly ValidationError[]);
    refuseUnkeepable(candidate);
    return candidate;
  };
}

interface Part {
  readonly value: unknown;
  readonly path: readonly string[];
}

/** Deeper than anything that the platform asks for. */
const DEEPEST = 64;

/**
 * Refuses what fits a schema and yet no table could keep: texts that are no characters, numbers that are not exact, and what is
 * nested without end. It walks with a list of its own, so that no depth brings it down.
 */
function refuseUnkeepable(whole: unknown): void {
  const parts: Part[] = [{ value: whole, path: [] }];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const { value, path } = part;
    const message = path.length > DEEPEST ? TOO_DEEP : wrongWith(value);
    if (message !== null) throw new Fault('field-refused', { fields: [{ path: path.slice(0, 8).join('.'), message }] });
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, member] of Object.entries(value)) parts.push({ value: member, path: [...path, name] });
  }
}

function wrongWith(value: unknown): Bilingual | null {
  if (typeof value === 'string') return isKeepable(value) ? null : NO_CHARACTERS;
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? null : NOT_EXACT;
  if (typeof value === 'object' && value !== null) return Object.keys(value).every(isKeepable) ? null : NO_CHARACTERS;
  return null;
}

function isKeepable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

const TOO_DEEP = { zh: '嵌套太深', en: 'is nested too deeply' };
const NO_CHARACTERS = { zh: '含有无法保存的字符', en: 'holds what is no character' };
const NOT_EXACT = { zh: '数值太大', en: 'is too large to be exact' };
