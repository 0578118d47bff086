/** A text in the two languages of the product. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

/** What a fault code means to a caller: HTTP status, whether the same call may be tried again, and its words. */
export interface FaultKind {
  readonly status: number;
  readonly retryable: boolean;
  readonly message: Bilingual;
}

/** A field that was refused, by its path in the request (`lines.0.quantity`), with the reason. */
export interface FieldFault {
  readonly path: string;
  readonly message: Bilingual;
}

/**
 * Something that could not be done although nobody's code is wrong: a link is down, a field is refused, a key was
 * used for another content. A decline is not a fault (it is an outcome), and a broken invariant is not (it is a bug).
 */
export class Fault extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly fields: readonly FieldFault[];
  readonly params: Readonly<Record<string, string | number>>;

  constructor(
    code: string,
    options: {
      retryable?: boolean;
      fields?: readonly FieldFault[];
      params?: Readonly<Record<string, string | number>>;
      cause?: unknown;
    } = {},
  ) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.fields = options.fields ?? [];
    this.params = options.params ?? {};
  }
}
