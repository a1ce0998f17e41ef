import type { FastifyInstance } from 'fastify';

/**
 * The methods that places take, for the answer to another one: 405 with `Allow` in place of 404 (RFC 9110,
 * 15.5.6).
 */
export class AllowedMethods {
  readonly #routes: { readonly method: string; readonly segments: readonly string[] }[] = [];

  /** Learns the routes that are added from here on. */
  constructor(app: FastifyInstance) {
    app.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) this.#routes.push({ method: one, segments: split(url) });
    });
  }

  /** @param path - without its query */
  at(path: string): readonly string[] {
    const asked = split(path);
    const found = this.#routes.filter(({ segments }) => {
      const matches = (segment: string, at: number) =>
        segment.startsWith(':') || segment === asked[at];
      return segments.length === asked.length && segments.every(matches);
    });
    return [...new Set(found.map(({ method }) => method))].sort();
  }
}

function split(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '');
}
