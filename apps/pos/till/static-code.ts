import { decodeMerchantPresented, QrError, summarizeMerchantCode } from '@zhanggui/qr';

/**
 * Whether a code that the customer scans says of itself that it is printed: it knows no amount, which the customer types, and
 * payers have lower limits for it.
 */
export function isStaticCode(content: string): boolean {
  try {
    return summarizeMerchantCode(decodeMerchantPresented(content)).initiation === 'static';
  } catch (error) {
    if (error instanceof QrError) return false;
    throw error;
  }
}
