import path from 'node:path';
import type { ConnectOptions } from '@salus/client';

const DOMAIN = 'salus.example';

/** Paths of one member of the network that the tests run on. */
export interface Member {
  readonly profile: string;
  mspDir(user: string): string;
  /** Secret of the administrator of its certificate authority. */
  readonly caSecretFile: string;
}

/** @throws Error when no network was started for the tests */
export function member(name: string): Member {
  const home = process.env['SALUS_TEST_HOME'];
  if (home === undefined || home === '') throw new Error('SALUS_TEST_HOME names no network');
  const lower = name.toLowerCase();
  const domain = `${lower}.${DOMAIN}`;
  const folder = path.join(home, 'organizations', 'peerOrganizations', domain);
  return {
    profile: path.join(folder, `connection-${lower}.json`),
    caSecretFile: path.join(home, 'organizations', 'fabric-ca', domain, 'ca', 'admin-secret'),
    mspDir: (user) => path.join(folder, 'users', `${user}@${domain}`, 'msp'),
  };
}

/** How a user of a member connects to the default channel. */
export function connectAs(name: string, user: string): ConnectOptions {
  const own = member(name);
  return { profile: own.profile, identity: { mspDir: own.mspDir(user) }, channel: 'edge-east' };
}
