import { writeFileSync } from 'node:fs';
import { makeCertificates } from './chip/make-certificates.ts';

/*
 * `npm run cards`: makes new keys and certificates for the virtual cards and writes them to `chip/certificates.json`. Run it after a change
 * of `chip/cards/`: certificates cover what the records say.
 */
const made = makeCertificates();
writeFileSync(new URL('chip/certificates.json', import.meta.url), `${JSON.stringify(made, null, 2)}\n`);
console.log(
  `${Object.keys(made.applications).length} applications certified by ${made.authorities.length} authorities`,
);
