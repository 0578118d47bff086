import { useLanguage } from '@zhanggui/ui/language.ts';
import { lazy, Suspense } from 'react';
import { Reading } from '../trouble.tsx';

const ProtocolBench = lazy(() =>
  import('../../web/protocol-bench/protocol-bench.tsx').then(({ ProtocolBench }) => ({ default: ProtocolBench })),
);

/** The protocol bench; its codecs are loaded only when somebody opens it. */
export function BenchPage() {
  const language = useLanguage();
  return (
    <main className="page">
      <Suspense fallback={<Reading />}>
        <ProtocolBench lang={language === 'en' ? 'en' : 'zh'} />
      </Suspense>
    </main>
  );
}
