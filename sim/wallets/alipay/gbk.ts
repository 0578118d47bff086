let bytesOf: ReadonlyMap<string, Buffer> | undefined;

/** Text as GBK, found by decoding every pair of bytes once; what GBK does not have becomes a question mark. */
export function gbkBytes(text: string): Buffer {
  bytesOf ??= everyPair();
  const table = bytesOf;
  return Buffer.concat(
    Array.from(text, (character) =>
      character <= '\x7f' ? Buffer.from(character) : (table.get(character) ?? Buffer.from('?')),
    ),
  );
}

function everyPair(): ReadonlyMap<string, Buffer> {
  const decoder = new TextDecoder('gbk');
  const pairs = new Map<string, Buffer>();
  for (let lead = 0x81; lead <= 0xfe; lead += 1)
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const bytes = Buffer.of(lead, trail);
      const text = decoder.decode(bytes);
      if (text.length === 1 && text !== '\ufffd' && !pairs.has(text)) pairs.set(text, bytes);
    }
  return pairs;
}
