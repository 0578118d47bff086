import type { ReactNode } from 'react';

interface RingProps {
  /** What is left, from 1 (all) to 0. */
  readonly left: number;
  readonly children: ReactNode;
  readonly size?: number;
}

const RADIUS = 94;
const LENGTH = 2 * Math.PI * RADIUS;

/** A ring that runs out, with the time left in the middle. */
export function Ring({ left, children, size = 200 }: RingProps) {
  const bounded = Math.max(0, Math.min(1, left));
  return (
    <div className="zg-ring" style={{ width: size, height: size }}>
      <svg viewBox="0 0 210 210" aria-hidden="true" focusable="false">
        <circle cx="105" cy="105" r={RADIUS} className="zg-ring-track" />
        <circle
          cx="105"
          cy="105"
          r={RADIUS}
          className="zg-ring-left"
          strokeDasharray={LENGTH}
          strokeDashoffset={LENGTH * (1 - bounded)}
          transform="rotate(-90 105 105)"
        />
      </svg>
      <div className="zg-ring-middle">{children}</div>
    </div>
  );
}
