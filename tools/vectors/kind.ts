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
