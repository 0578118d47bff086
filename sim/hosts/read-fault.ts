import type { HostFault } from './bank-faults.ts';

const LONGEST_SECONDS = 600;

/** The fault that a body names, checked; undefined when it is none. */
export function readFault(given: unknown): HostFault | undefined {
  if (typeof given !== 'object' || given === null || !('kind' in given)) return undefined;
  const { kind } = given;
  const seconds = 'seconds' in given ? Number(given.seconds) : Number.NaN;
  const code = 'code' in given ? String(given.code) : '';
  switch (kind) {
    case 'silent':
    case 'deaf':
    case 'wrong-mac':
    case 'disconnect':
    case 'cut':
    case 'garbage':
    case 'duplicate':
    case 'wrong-check-value':
      return { kind };
    case 'late':
    case 'stuck':
    case 'slow':
    case 'day-change':
      return seconds >= 0 && seconds <= LONGEST_SECONDS ? { kind, seconds } : undefined;
    case 'decline':
      if (!/^[0-9A-Z]{2}$/.test(code) || code === '00') return undefined;
      return 'withoutMac' in given && given.withoutMac === true ? { kind, code, withoutMac: true } : { kind, code };
    default:
      return undefined;
  }
}
