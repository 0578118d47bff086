import path from 'node:path';
import fastifyHttpProxy from '@fastify/http-proxy';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { type Page, pages } from '../pages.ts';
import { CONTENT_SECURITY } from './app.ts';

/** Serves the built pages; those of the simulators only where there are simulators. */
export async function mountPages(app: FastifyInstance, webDir: string, withSimulators: boolean): Promise<void> {
  await app.register(fastifyStatic, {
    root: path.resolve(webDir, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '1y',
  });
  for (const page of pages) {
    if (page.url.startsWith('/sim/') && !withSimulators) continue;
    const options = { schema: { hide: true }, helmet: { contentSecurityPolicy: { directives: securityOf(page) } } };
    app.get(page.url, options, (_request, reply) => reply.sendFile(page.file, webDir, { immutable: false, maxAge: 0 }));
  }
}

function securityOf({ speaksToAgent }: Page): typeof CONTENT_SECURITY {
  if (speaksToAgent !== true) return CONTENT_SECURITY;
  return { ...CONTENT_SECURITY, connectSrc: [...CONTENT_SECURITY.connectSrc, 'http://127.0.0.1:*'] };
}

/** Passes the simulators' API through, so that everything is reached on one port. */
export async function mountSimulators(app: FastifyInstance, simulatorUrl: string): Promise<void> {
  await app.register(fastifyHttpProxy, {
    upstream: new URL(simulatorUrl).origin,
    prefix: '/sim',
    rewritePrefix: '/sim',
  });
}
