import { PERMISSIONS } from '@zhanggui/modules/access/api.ts';
import type { Route } from '@zhanggui/modules/http.ts';
import { code, GENERATED, table } from './markdown.ts';

const INTRODUCTION = `Everything below lies under \`/api/v1\`. Schemas of every input and answer are in the OpenAPI 3.1 document that a running
server gives at \`/api/v1/openapi.json\`. A *command* needs the header \`Idempotency-Key\`: the same key with the same content
replays the answer, with other content it is \`idempotency-conflict\`. Errors are problem documents (RFC 9457); their codes
are in [faults.md](faults.md).`;

/** \`docs/reference/api.md\`: the routes as the server mounts them. */
export function apiPage(routes: readonly Route[]): string {
  const byTag = Map.groupBy(routes, ({ tag }) => tag);
  const sections = [...byTag].map(([tag, inTag]) => `## ${tag}\n\n${routeTable(inTag)}`);
  return [`# HTTP API\n\n${GENERATED}\n\n${INTRODUCTION}`, ...sections, `## Who may what\n\n${roleTable()}`].join(
    '\n\n',
  );
}

function routeTable(routes: readonly Route[]): string {
  return table(
    ['method', 'path', 'permission', 'command', 'what it does'],
    routes.map(({ method, path, permission, command, summary }) => [
      method,
      code(path),
      permission,
      command ? 'yes' : '',
      summary,
    ]),
  );
}

function roleTable(): string {
  return table(
    ['role', 'permissions'],
    Object.entries(PERMISSIONS).map(([role, permissions]) => [role, permissions.join(', ')]),
  );
}
