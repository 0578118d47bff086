/**
 * Base of the typed errors of the protocol packages: an input was refused. Anything else that a decoder throws is a bug.
 * `message` never holds the refused value itself, which may be card data or a key; it names the place and the rule.
 */
export class Refusal extends Error {
  /** Stable, kebab-case name of the broken rule. */
  readonly code: string;
  /** Path of the refused element (`55.9F26`, `lines.0`), or empty for the whole input. */
  readonly path: string;
  /** Offset in bytes or characters from the start of the input, where known. */
  readonly offset: number | undefined;

  constructor(code: string, message: string, place: { path?: string; offset?: number; cause?: unknown } = {}) {
    super(message, place.cause === undefined ? undefined : { cause: place.cause });
    this.name = new.target.name;
    this.code = code;
    this.path = place.path ?? '';
    this.offset = place.offset;
  }
}
