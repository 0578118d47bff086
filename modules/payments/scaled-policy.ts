import type { MethodPolicy } from './method.ts';

/** Every policy of a method's flows, scaled alike. */
export function scaledPolicies(
  policies: Readonly<Record<string, MethodPolicy>> | undefined,
  timeScale: number,
): Readonly<Record<string, MethodPolicy>> {
  return Object.fromEntries(
    Object.entries(policies ?? {}).map(([flow, policy]) => [flow, scaledPolicy(policy, timeScale)]),
  );
}

/** The policy with every time multiplied, for a simulated outside that runs faster than life: 0.01 makes a second ten milliseconds. */
export function scaledPolicy(policy: MethodPolicy, timeScale: number): MethodPolicy {
  const scaled = (timeMs: number): number => Math.ceil(timeMs * timeScale);
  return {
    local: policy.local,
    authorizeTimeoutMs: scaled(policy.authorizeTimeoutMs),
    firstInquiryMs: scaled(policy.firstInquiryMs),
    intervalMs: scaled(policy.intervalMs),
    giveUpAfterMs: scaled(policy.giveUpAfterMs),
    minimumBeforeCancelMs: scaled(policy.minimumBeforeCancelMs),
    confirmAfterCancelMs: policy.confirmAfterCancelMs === null ? null : scaled(policy.confirmAfterCancelMs),
  };
}
