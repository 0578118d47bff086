import { createApiClient } from '@zhanggui/ui/api-client.ts';
import { currentLanguage } from '@zhanggui/ui/language.ts';

/** The HTTP API of the server this page came from. */
export const api = createApiClient({ base: '/api/v1', language: currentLanguage });
