#!/usr/bin/env node
// The command-line toolbox: `npx zhanggui tlv 9F0206000000000100` and its siblings; it runs on the shipped Node.
// `npx zhanggui keys …` is the one command that works on a platform's data instead.
if (process.argv[2] !== 'keys') process.argv.splice(2, 0, 'cli');
await import('./run.mjs');
