interface CoinLogoProps {
  readonly size?: number;
}

/** The mark: an old copper coin with its square hole. */
export function CoinLogo({ size = 30 }: CoinLogoProps) {
  return (
    <svg width={size} height={size} viewBox="0 0 30 30" aria-hidden="true" focusable="false">
      <circle cx="15" cy="15" r="13" fill="none" stroke="var(--copper)" strokeWidth="3.2" />
      <rect x="10.6" y="10.6" width="8.8" height="8.8" fill="none" stroke="var(--copper)" strokeWidth="2.4" />
    </svg>
  );
}
