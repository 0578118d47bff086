import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const PAGES = ['*.md', 'docs/**/*.md', 'packages/*/*.md', 'apps/*/*.md'];
const NOT_OURS = /^(https?:|mailto:|#)/;

/** Every relative link of the documentation that leads nowhere, with its place. */
export function brokenLinks(root: string): readonly string[] {
  const pages = PAGES.flatMap((pattern) => globSync(pattern, { cwd: root })).sort();
  return pages.flatMap((page) => {
    const text = readFileSync(path.join(root, page), 'utf8');
    return linksOf(text)
      .filter(({ target }) => !existsSync(path.join(root, path.dirname(page), target)))
      .map(({ target, line }) => `${page}:${line}: the link to ${target} leads nowhere`);
  });
}

/** Targets of links and pictures that lie in the project, without their anchors. */
function linksOf(text: string): readonly { readonly target: string; readonly line: number }[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].flatMap((match) => {
    const link = match[1] ?? match[2] ?? '';
    if (NOT_OURS.test(link)) return [];
    return [{ target: link.replace(/#.*$/, ''), line: text.slice(0, match.index).split('\n').length }];
  });
}
