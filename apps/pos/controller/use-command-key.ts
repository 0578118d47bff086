import { newIdempotencyKey } from '@zhanggui/ui/api-client.ts';
import { useRef } from 'react';

/**
 * Keys for the commands of a form: pressing again after silence sends the same content under the same key, so that it is
 * carried out once; other content is another command.
 */
export function useCommandKey(): (content: unknown) => string {
  const last = useRef({ content: '', key: '' });
  return (content) => {
    const text = JSON.stringify(content);
    if (last.current.content !== text) last.current = { content: text, key: newIdempotencyKey() };
    return last.current.key;
  };
}
