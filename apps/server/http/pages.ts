import path from 'node:path';
import fastifyHttpProxy from '@fastify/http-proxy';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { pages } from '../pages.ts';

/** Serves the built pages; those of the simulators only where there are simulators. */
export async function mountPages(app: FastifyInstance, webDir: string, withSimulators: boolean): Promise<void> {
  await app.register(fastifyStatic, {
    root: path.resolve(webDir, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '1y',
  });
  for (const { url, file } of pages) {
    if (url.startsWith('/sim/') && !withSimulators) continue;
    app.get(url, { schema: { hide: true } }, (_request, reply) =>
      reply.sendFile(file, webDir, { immutable: false, maxAge: 0 }),
    );
  }
}

/** Passes the simulators' API through, so that everything is reached on one port. */
export async function mountSimulators(app: FastifyInstance, simulatorUrl: string): Promise<void> {
  await app.register(fastifyHttpProxy, {
    upstream: new URL(simulatorUrl).origin,
    prefix: '/sim',
    rewritePrefix: '/sim',
  });
}
