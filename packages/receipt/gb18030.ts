/** Decoder of GB18030 that the platform brings (`TextDecoder` in Node and browsers); replaces what it cannot decode by U+FFFD. */
export type Gb18030Decoder = (bytes: Uint8Array) => string;

/** Encodes text in GB18030. */
export interface Gb18030Encoder {
  encode(text: string): Uint8Array;
}

const REPLACEMENT = 0x3f;
/** Linear numbers of the four-byte forms 81308130 and 90308130, which begin the basic plane and the planes above it. */
const BASIC_PLANE_FORMS = 39_420;
const FIRST_SUPPLEMENTARY_FORM = 189_000;

/**
 * The inverse of a platform's decoder: GB18030 is one, two or four bytes a character. Its two-byte forms and the four-byte
 * forms of the basic plane are decoded once and turned round; the planes above follow in the order of their code points
 * (GB 18030-2005 clause 6). Unpaired surrogates are encoded as a question mark.
 */
export function createGb18030Encoder(decode: Gb18030Decoder): Gb18030Encoder {
  const table = new Map<number, Uint8Array>();
  learn(table, decode, fourByteForms());
  learn(table, decode, twoByteForms());
  return {
    encode(text) {
      const bytes: number[] = [];
      for (const character of text) bytes.push(...bytesOf(table, character.codePointAt(0) ?? REPLACEMENT));
      return Uint8Array.from(bytes);
    },
  };
}

function bytesOf(table: ReadonlyMap<number, Uint8Array>, codePoint: number): Uint8Array | number[] {
  if (codePoint < 0x80) return [codePoint];
  if (codePoint > 0xffff) return fourBytes(FIRST_SUPPLEMENTARY_FORM + codePoint - 0x10000);
  return table.get(codePoint) ?? [REPLACEMENT];
}

/** Decodes all forms in one go, each with a line feed behind it; a form that is not exactly one character is none. */
function learn(table: Map<number, Uint8Array>, decode: Gb18030Decoder, forms: readonly Uint8Array[]): void {
  const LINE_FEED = 0x0a;
  const all = new Uint8Array(forms.reduce((sum, form) => sum + form.length + 1, 0));
  let offset = 0;
  for (const form of forms) {
    all.set(form, offset);
    all[offset + form.length] = LINE_FEED;
    offset += form.length + 1;
  }
  for (const [index, text] of decode(all).split('\n').entries()) {
    const form = forms[index];
    const codePoint = text.codePointAt(0);
    if (form !== undefined && text.length === 1 && codePoint !== undefined && codePoint !== 0xfffd)
      table.set(codePoint, form);
  }
}

function twoByteForms(): Uint8Array[] {
  const forms: Uint8Array[] = [];
  for (let lead = 0x81; lead <= 0xfe; lead += 1)
    for (let trail = 0x40; trail <= 0xfe; trail += 1) if (trail !== 0x7f) forms.push(Uint8Array.of(lead, trail));
  return forms;
}

function fourByteForms(): Uint8Array[] {
  return Array.from({ length: BASIC_PLANE_FORMS }, (_, linear) => fourBytes(linear));
}

function fourBytes(linear: number): Uint8Array {
  return Uint8Array.of(
    0x81 + Math.floor(linear / 12_600),
    0x30 + (Math.floor(linear / 1260) % 10),
    0x81 + (Math.floor(linear / 10) % 126),
    0x30 + (linear % 10),
  );
}
