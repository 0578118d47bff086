/** What a bank does wrong, or slowly, with one financial request. */
export type BankFault =
  /** It books the request and its answer is lost. */
  | { readonly kind: 'silent' }
  /** It never sees the request. */
  | { readonly kind: 'deaf' }
  /** It books at once and answers after so many seconds. */
  | { readonly kind: 'late'; readonly seconds: number }
  /** It looks at the request only after so many seconds, whatever has happened meanwhile. */
  | { readonly kind: 'stuck'; readonly seconds: number }
  | { readonly kind: 'wrong-mac' }
  /** It refuses with this code; `withoutMac`, as hosts do that seal only what they approve. */
  | { readonly kind: 'decline'; readonly code: string; readonly withoutMac?: boolean }
  /** It books the request and cuts the line instead of answering. */
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'garbage' }
  /** It answers twice. */
  | { readonly kind: 'duplicate' };
