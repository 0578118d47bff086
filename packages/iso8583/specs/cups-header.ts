import { refuse } from '../error.ts';

/** What the host asks of the terminal in the header of its answer. */
export type ProcessingRequest =
  | 'none'
  | 'download-terminal-parameters'
  | 'upload-status'
  | 'sign-on'
  | 'update-ca-keys'
  | 'download-ic-parameters'
  | 'download-program'
  | 'download-bin-blacklist'
  | 'other';

/** The six-byte header behind the TPDU of a terminal message, as digits. */
export interface CupsHeader {
  /** Two digits: 60 stripe cards, 61 chip and stripe, others by acquirer. */
  readonly applicationClass: string;
  /** Two digits: release of the terminal's program. */
  readonly softwareVersion: string;
  /** One digit: 0 in trade, 1 in test. */
  readonly terminalState: string;
  /** One digit: see `processingRequestOf`. */
  readonly processingRequest: string;
  /** Six digits: revision of the terminal's program. */
  readonly softwareRevision: string;
}

const REQUESTS: readonly ProcessingRequest[] = [
  'none',
  'download-terminal-parameters',
  'upload-status',
  'sign-on',
  'update-ca-keys',
  'download-ic-parameters',
  'download-program',
  'download-bin-blacklist',
];

/**
 * The parts of a terminal header. Some acquirers put hexadecimal digits there, so those are taken too.
 * @throws Iso8583Error `bad-header` when it is not twelve hexadecimal digits.
 */
export function parseCupsHeader(header: string): CupsHeader {
  const parts = /^(..)(..)(.)(.)(.{6})$/.exec(/^[0-9A-Fa-f]{12}$/.test(header) ? header : '');
  const [, applicationClass, softwareVersion, terminalState, processingRequest, softwareRevision] = parts ?? [];
  if (
    applicationClass === undefined ||
    softwareVersion === undefined ||
    terminalState === undefined ||
    processingRequest === undefined ||
    softwareRevision === undefined
  )
    refuse('bad-header', 'a terminal header is twelve hexadecimal digits', 'header');
  return { applicationClass, softwareVersion, terminalState, processingRequest, softwareRevision };
}

/**
 * The header from its parts.
 * @throws Iso8583Error `bad-header` when a part does not have its length.
 */
export function formatCupsHeader(header: CupsHeader): string {
  const { applicationClass, softwareVersion, terminalState, processingRequest, softwareRevision } = header;
  const text = applicationClass + softwareVersion + terminalState + processingRequest + softwareRevision;
  const again = parseCupsHeader(text);
  for (const [name, value] of Object.entries(again))
    if (header[name as keyof CupsHeader] !== value) refuse('bad-header', 'a part has another length', `header.${name}`);
  return text;
}

/** What the processing-request digit of a header asks for; `other` where public descriptions differ about the digit. */
export function processingRequestOf(header: CupsHeader): ProcessingRequest {
  return REQUESTS[Number.parseInt(header.processingRequest, 16)] ?? 'other';
}

/**
 * The digit that asks for `request`.
 * @throws Iso8583Error `bad-header` for `other`, which has no digit of its own.
 */
export function processingRequestDigit(request: ProcessingRequest): string {
  const digit = REQUESTS.indexOf(request);
  return digit < 0 ? refuse('bad-header', 'the request has no digit', 'header.processingRequest') : String(digit);
}
