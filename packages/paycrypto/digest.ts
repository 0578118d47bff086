import { engine } from '#engine';

/** SHA-1 digest of `data`, 20 bytes (FIPS 180-4). Only for standards that still name it, such as EMV Book 2 Annex B3.1. */
export function sha1(data: Uint8Array): Uint8Array {
  return engine.digest('sha1', data);
}
