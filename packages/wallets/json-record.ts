/** A JSON object whose members have not been checked. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** The object that `text` holds, or null when it is not well-formed JSON or not an object. */
export function readJsonRecord(text: string): JsonRecord | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonRecord(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Whether a value is an object with named members. */
export function isJsonRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a dotted path (`amount.total`), undefined where a step is missing. */
export function valueAt(record: JsonRecord, path: string): unknown {
  let value: unknown = record;
  for (const name of path.split('.')) value = isJsonRecord(value) ? value[name] : undefined;
  return value;
}

/** The text at a dotted path, or the empty text. */
export function textAt(record: JsonRecord, path: string): string {
  const value = valueAt(record, path);
  return typeof value === 'string' ? value : '';
}

/**
 * JSON text of those members of `record` that `paths` allow and that are there: what a log or a timeline may keep of a
 * message from outside.
 */
export function pickedJson(record: JsonRecord, paths: readonly string[]): string {
  const picked = paths.map((path) => [path, valueAt(record, path)] as const);
  return JSON.stringify(Object.fromEntries(picked.filter(([, value]) => value !== undefined)));
}
