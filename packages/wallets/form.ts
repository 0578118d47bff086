/** Names and values of a message that is a flat list. */
export type FormFields = Readonly<Record<string, string>>;

/** `application/x-www-form-urlencoded` text of fields, in their order. */
export function formatForm(fields: FormFields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}

/** The fields of `application/x-www-form-urlencoded` text; null when it is malformed, names a field twice, or holds blanks. */
export function parseForm(text: string): FormFields | null {
  if (text === '' || /\s/.test(text)) return null;
  const fields = new Map<string, string>();
  for (const pair of text.split('&')) {
    const cut = pair.indexOf('=');
    const [name, value] = [decoded(pair.slice(0, cut)), decoded(pair.slice(cut + 1))];
    if (cut < 1 || name === null || value === null || fields.has(name)) return null;
    fields.set(name, value);
  }
  return Object.fromEntries(fields);
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
