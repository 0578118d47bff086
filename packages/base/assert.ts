/** Type of an assertion function, for callers that re-export one. */
export type Asserts = (condition: unknown, message: string) => asserts condition;

/**
 * Stops the request when something that must hold does not: a bug, never a user's mistake.
 * @throws Error whose message is `message`; nothing may be committed after it.
 */
export const assert: Asserts = (condition, message) => {
  if (!condition) throw new Error(`Assertion failed: ${message}`);
};

/** Marks the branch of an exhaustive `switch` that the types say cannot be reached. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable value: ${String(value)}`);
}
