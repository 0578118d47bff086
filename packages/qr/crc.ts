import { utf8Encode } from '@zhanggui/base';

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** CRC-16/CCITT-FALSE: polynomial 1021, initial value FFFF, nothing reflected, no final exclusive or (ISO/IEC 13239). */
export function crc16CcittFalse(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ (TABLE[(crc >> 8) ^ byte] ?? 0);
  return crc;
}

/** The check of a merchant-presented code: four upper-case hexadecimal digits over the UTF-8 bytes (EMVCo MPM 4.7.3). */
export function crcOfText(text: string): string {
  return crc16CcittFalse(utf8Encode(text)).toString(16).toUpperCase().padStart(4, '0');
}
