import { createHash } from 'node:crypto';
import { type Algorithm, hash, verify } from '@node-rs/argon2';
import type { Secrets } from '../sign-in.ts';

/** RFC 9106 clause 4, second recommended option with a smaller memory for tills' servers: 19 MiB, two passes. */
const ARGON2ID = { algorithm: 2 satisfies Algorithm, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Passwords by argon2id, session tokens by SHA-256 (they are 256 random bits and need no slow hash). */
export const nodeSecrets: Secrets = {
  hashPassword: (password) => hash(password, ARGON2ID),
  verifyPassword: (stored, password) => verify(stored, password),
  digestToken: (token) => createHash('sha256').update(token).digest(),
};
