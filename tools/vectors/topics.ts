import type { Kinds } from './kind.ts';

/** One line a topic: the kinds its vector files may hold. */
export const topics: Readonly<Record<string, Kinds>> = {};
