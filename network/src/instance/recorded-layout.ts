import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { OrganizationEntry, Topology } from './topology.js';

/** What the files of an instance were made for, and can't be used for anything else. */
export interface Layout {
  readonly host: string;
  readonly portBase: number;
  readonly portsPerOrganization: number;
  /** `NAME DOMAIN`, with `orderer` if it runs one. */
  readonly organizations: readonly string[];
}

export const layoutFile = ({ home }: { readonly home: string }) => path.join(home, 'instance.json');

/** How a layout names an organization. */
export const lineOf = ({
  name,
  domain,
  orderer,
}: { [K in 'name' | 'domain' | 'orderer']: unknown }) =>
  [name, domain, ...(orderer ? ['orderer'] : [])].join(' ');

/** The layout that the instance was made with; undefined before its first start. */
export function recordedLayout(instance: { readonly home: string }): Layout | undefined {
  try {
    return JSON.parse(readFileSync(layoutFile(instance), 'utf8')) as Layout;
  } catch {
    return undefined;
  }
}

/**
 * The organizations that an instance has: those of its topology, without any that were appended since
 * its network was made. They wait for addOrg, and everything else goes on without them.
 */
export function membersOf({
  home,
  topology,
}: {
  readonly home: string;
  readonly topology: Topology;
}): readonly OrganizationEntry[] {
  const recorded = recordedLayout({ home })?.organizations ?? [];
  const all = topology.organizations;
  const appended =
    recorded.length < all.length &&
    recorded.every((line, index) => all[index] && line === lineOf(all[index]));
  return appended && recorded.length > 0 ? all.slice(0, recorded.length) : all;
}
