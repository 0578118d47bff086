/** A masked account, `•••• 0018`: in a Chinese font each dot is as wide as a character, so they are drawn closer. */
export function Instrument({ masked }: { readonly masked: string }) {
  const [dots = ''] = /^•+/.exec(masked) ?? [];
  return (
    <span className="zg-instrument num">
      <span>{dots}</span>
      {masked.slice(dots.length)}
    </span>
  );
}
