/** The inputs of one vector, as its file writes them. */
export type Inputs = Readonly<Record<string, unknown>>;

/** What a topic's file says once for all its vectors. */
export interface TopicContext {
  readonly conventions: Readonly<Record<string, unknown>>;
}

/** Runs one vector through a package's public API and returns the outcome in the form in which `expected` is written. */
export type Kind = (inputs: Inputs, context: TopicContext) => unknown;

/** The kinds of one topic, by name. */
export type Kinds = Readonly<Record<string, Kind>>;

/**
 * Everything that a kind can say about its inputs, where a vector states only some of it: the vector passes when each of its fields
 * (at least one) equals ours. A field whose length is the source's choice is `Leading`.
 */
export class Facts {
  readonly all: Readonly<Record<string, unknown>>;

  constructor(all: Readonly<Record<string, unknown>>) {
    this.all = all;
  }

  toJSON(): unknown {
    return this.all;
  }
}

/** A hexadecimal text that sources print in upper or in lower case. */
export class HexText {
  readonly hex: string;

  constructor(hex: string) {
    this.hex = hex;
  }

  toJSON(): string {
    return this.hex;
  }
}

/** A text of which a source may print the beginning only, as it does with key check values; at least `minimum` characters. */
export class Leading {
  readonly whole: string;
  readonly minimum: number;

  constructor(whole: string, minimum: number) {
    this.whole = whole;
    this.minimum = minimum;
  }

  toJSON(): string {
    return this.whole;
  }
}
