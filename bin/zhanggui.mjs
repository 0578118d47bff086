#!/usr/bin/env node
// The command-line toolbox: `npx zhanggui tlv 9F0206000000000100` and its siblings; it runs on the shipped Node.
process.argv.splice(2, 0, 'cli');
await import('./run.mjs');
