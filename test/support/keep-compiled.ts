import { flushCompileCache } from 'node:module';

// Tests kill their servers, and what a killed process has compiled would be lost with it.
setTimeout(flushCompileCache, 2_000).unref();
