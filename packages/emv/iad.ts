import { EmvRefusal } from './refusal.ts';
import { type BitWord, bitWords } from './words.ts';

/** Issuer application data (tag 9F10) taken apart, as far as its format is public. */
export interface IssuerApplicationData {
  /** `PBOC`: JR/T 0025.5; `VIS`: the same without the algorithm byte; `CCD`: Book 3 Annex C7 format A; else unknown. */
  readonly format: 'PBOC' | 'VIS' | 'CCD' | 'unknown';
  /** Derivation key index. */
  readonly derivationKeyIndex: number | undefined;
  /** Cryptogram version number; for CCD the common core identifier. */
  readonly cryptogramVersion: number | undefined;
  /** PBOC: 1 is triple DES, 4 is SM4. */
  readonly algorithm: number | undefined;
  /** Card verification results, without their length byte. */
  readonly cvr: Uint8Array;
  /** Set bits of the results in words. */
  readonly cvrWords: readonly BitWord[];
  /** What follows: issuer discretionary data, for CCD the counters and then the discretionary part. */
  readonly rest: Uint8Array;
}

/**
 * Takes tag 9F10 apart. EMV Book 3 Annexes C7 and C9; JR/T 0025.5. A format it does not know is told, not refused: issuers may use their own.
 * @throws EmvRefusal `wrong-length` beyond 32 bytes.
 */
export function parseIssuerApplicationData(value: Uint8Array): IssuerApplicationData {
  if (value.length > 32)
    throw new EmvRefusal('wrong-length', 'issuer application data has at most 32 bytes', { path: '9F10' });
  const [first = 0, second = 0, third = 0, fourth = 0] = value;
  if (value.length === 32 && first === 0x0f && value[16] === 0x0f) {
    const cvr = value.subarray(3, 8);
    return { ...known('CCD', third, second, cvr), cvrWords: bitWords('CVR-CCD', cvr), rest: value.subarray(8) };
  }
  if ((first === 6 || first === 7) && fourth === 3 && value.length > first) {
    const cvr = value.subarray(4, 7);
    const format = first === 7 ? 'PBOC' : 'VIS';
    const made = {
      ...known(format, second, third, cvr),
      cvrWords: bitWords('CVR-PBOC', cvr),
      rest: value.subarray(first + 1),
    };
    return first === 7 ? { ...made, algorithm: value[7] } : made;
  }
  return {
    format: 'unknown',
    derivationKeyIndex: undefined,
    cryptogramVersion: undefined,
    algorithm: undefined,
    cvr: value.subarray(0, 0),
    cvrWords: [],
    rest: value,
  };
}

function known(
  format: IssuerApplicationData['format'],
  derivationKeyIndex: number,
  cryptogramVersion: number,
  cvr: Uint8Array,
): Omit<IssuerApplicationData, 'cvrWords' | 'rest'> {
  return { format, derivationKeyIndex, cryptogramVersion, algorithm: undefined, cvr };
}
