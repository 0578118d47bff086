import type { CipherEngine } from './engine.ts';

/** What `#engine` is to the compiler; at run time it is `node/engine.ts` or `web/engine.ts`. */
export declare const engine: CipherEngine;
