import { Icon } from '@zhanggui/ui/icon.tsx';
import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { rememberedScroll } from '../router.ts';

interface PageProps {
  readonly title: ReactNode;
  /** The page above this one, with its name. */
  readonly up?: { readonly href: string; readonly words: string };
  /** At the right of the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

let opened = false;

/** A page of the console. After a change of the page, its title takes the focus so that a screen reader says where one is. */
export function Page({ title, up, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    scrollTo(0, rememberedScroll());
  }, []);
  useEffect(() => {
    if (opened) heading.current?.focus({ preventScroll: true });
    opened = true;
  }, []);
  return (
    <main className="page">
      {up && (
        <a className="page-up" href={up.href}>
          <Icon name="back" size={20} />
          {up.words}
        </a>
      )}
      <div className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {actions}
      </div>
      {children}
    </main>
  );
}
