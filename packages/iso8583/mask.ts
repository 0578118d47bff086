import { toHex } from '@zhanggui/base';
import type { Sensitivity } from './spec.ts';

/**
 * The printable form of a value. An account number keeps its first 6 and last 4 digits (PCI DSS requirement 3.4.1); all
 * other sensitive values keep only their length.
 */
export function maskValue(value: string | Uint8Array, sensitivity: Sensitivity | undefined): string {
  if (sensitivity === undefined) return plainValue(value);
  if (sensitivity === 'pan' && typeof value === 'string') return maskPan(value);
  return typeof value === 'string' ? `<${value.length} characters hidden>` : `<${value.length} bytes hidden>`;
}

/** First 6 and last 4 digits with stars between them; a number of fewer than 13 digits is hidden altogether. */
export function maskPan(pan: string): string {
  if (pan.length < 13) return '*'.repeat(pan.length);
  return pan.slice(0, 6) + '*'.repeat(pan.length - 10) + pan.slice(-4);
}

/** Text between quotation marks with control characters escaped; bytes in hexadecimal. */
export function plainValue(value: string | Uint8Array): string {
  return typeof value === 'string' ? JSON.stringify(value) : toHex(value);
}
