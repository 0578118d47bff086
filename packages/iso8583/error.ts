import { Refusal } from '@zhanggui/base';

/**
 * The only error that this package throws for its inputs. `path` is the refused element (`mti`, `bitmap`, `35`, `60.2`,
 * `55.9F26`), `offset` the byte of the input at which it begins, where there is one. The refused value is never in it.
 */
export class Iso8583Error extends Refusal {}

/** Throws the typed refusal of one rule. */
export function refuse(code: string, message: string, path: string, offset?: number): never {
  const where = path === '' ? message : `${path}: ${message}`;
  throw new Iso8583Error(code, where, offset === undefined ? { path } : { path, offset });
}
