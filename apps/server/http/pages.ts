import path from 'node:path';
import fastifyHttpProxy from '@fastify/http-proxy';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { pages } from '../pages.ts';

/** Serves the built pages; those of the simulators only where there are simulators, whose API is passed through. */
export async function mountPages(
  app: FastifyInstance,
  webDir: string,
  simulatorOrigin: string | undefined,
): Promise<void> {
  await app.register(fastifyStatic, {
    root: path.resolve(webDir, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '1y',
  });
  for (const { url, file } of pages) {
    if (url.startsWith('/sim/') && simulatorOrigin === undefined) continue;
    app.get(url, { schema: { hide: true } }, (_request, reply) =>
      reply.sendFile(file, webDir, { immutable: false, maxAge: 0 }),
    );
  }
  if (simulatorOrigin !== undefined) {
    await app.register(fastifyHttpProxy, { upstream: simulatorOrigin, prefix: '/sim', rewritePrefix: '/sim' });
  }
}
