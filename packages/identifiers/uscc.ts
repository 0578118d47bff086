import { IdentifierRefusal, requireShape } from './refusal.ts';

/** The parts of an 18-character unified social credit code (统一社会信用代码). */
export interface UnifiedSocialCreditCode {
  /** Upper case. */
  readonly code: string;
  /** Registering authority, one character: 1 organization office, 5 civil affairs, 9 market regulation … */
  readonly authority: string;
  /** Kind of organization within the authority, one character: under 9, 1 is an enterprise, 2 an individual business. */
  readonly category: string;
  /** Six digits of the registering authority's region, GB/T 2260; not looked up. */
  readonly region: string;
  /** The nine characters of the organization code (GB 11714) inside, its check character last. */
  readonly organizationCode: string;
}

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const WEIGHTS: readonly number[] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const ORGANIZATION_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ORGANIZATION_WEIGHTS: readonly number[] = [3, 7, 9, 10, 5, 8, 4, 2];

/**
 * Reads a unified social credit code, GB 32100-2015 clause 4: alphabet without I O S V Z, region of six digits, check
 * character, and the check character of the organization code inside. Lower case is read as upper case.
 * @throws IdentifierRefusal `uscc-shape`, `uscc-check` or `organization-code-check`.
 */
export function parseUscc(text: string): UnifiedSocialCreditCode {
  const code = typeof text === 'string' ? text.toUpperCase() : '';
  requireShape(
    code,
    /^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/,
    'uscc-shape',
    'a unified social credit code has 18 characters without I, O, S, V, Z; the third to eighth are digits',
  );
  if (usccCheckCharacter(code.slice(0, 17)) !== code[17])
    throw new IdentifierRefusal('uscc-check', 'the check character is wrong', { offset: 17 });
  const organizationCode = code.slice(8, 17);
  if (organizationCodeCheckCharacter(organizationCode.slice(0, 8)) !== organizationCode[8])
    throw new IdentifierRefusal('organization-code-check', 'the check character of the organization code is wrong', {
      path: 'organizationCode',
      offset: 16,
    });
  return {
    code,
    authority: code.charAt(0),
    category: code.charAt(1),
    region: code.slice(2, 8),
    organizationCode,
  };
}

/**
 * Check character for the first 17 characters (upper case), GB 32100-2015 annex: weights are powers of 3 modulo 31.
 * @throws IdentifierRefusal `uscc-shape` when `body` is not 17 characters of the alphabet.
 */
export function usccCheckCharacter(body: string): string {
  requireShape(body, /^[0-9A-HJ-NPQRTUWXY]{17}$/, 'uscc-shape', 'the body has 17 characters without I, O, S, V, Z');
  return ALPHABET.charAt((31 - (weightedSum(body, ALPHABET, WEIGHTS) % 31)) % 31);
}

/**
 * Check character for the first 8 characters (upper case) of an organization code, GB 11714-1997 clause 4; here all 26
 * letters count, A as 10 to Z as 35.
 * @throws IdentifierRefusal `organization-code-shape` when `body` is not 8 digits or letters.
 */
export function organizationCodeCheckCharacter(body: string): string {
  requireShape(body, /^[0-9A-Z]{8}$/, 'organization-code-shape', 'the body has 8 digits or upper-case letters');
  const check = 11 - (weightedSum(body, ORGANIZATION_ALPHABET, ORGANIZATION_WEIGHTS) % 11);
  if (check === 10) return 'X';
  return check === 11 ? '0' : String(check);
}

function weightedSum(body: string, alphabet: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * alphabet.indexOf(body.charAt(index)), 0);
}
