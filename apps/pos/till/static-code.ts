/**
 * Whether a code to scan is printed and knows no amount, so that the customer types it (EMV merchant-presented mode: format 01,
 * point of initiation 11). Payers have lower limits for such codes.
 */
export function isStaticCode(content: string): boolean {
  return content.startsWith('000201010211');
}
