import { createApiClient } from '@zhanggui/ui/api-client.ts';
import { currentLanguage } from '@zhanggui/ui/language.ts';

let signedOut: () => void = () => {};

/** The HTTP API of the server this page came from. */
export const api = createApiClient({ base: '/api/v1', language: currentLanguage, onSignedOut: () => signedOut() });

/** Sets what happens when the server no longer knows the session. */
export function whenSignedOut(listener: () => void): void {
  signedOut = listener;
}
