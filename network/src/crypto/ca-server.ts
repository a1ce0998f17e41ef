import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import type { Instance } from '../instance/instance.js';
import type { Organization } from '../instance/organization.js';
import { writeSecret } from '../instance/write-secret.js';
import type { ProcessRequest } from '../supervisor/client.js';

export type Authority = 'identity' | 'tls' | 'orderer';

/** Directories of the authorities in an organization's CA server. */
const directoryNames: Record<Authority, string> = {
  identity: 'ca',
  tls: 'tlsca',
  orderer: 'ordererca',
};

export const administrator = 'admin';

const authorityDirectory = (organization: Organization, authority: Authority) =>
  path.join(organization.directories.ca, directoryNames[authority]);

export const rootCertificateFile = (organization: Organization, authority: Authority) =>
  path.join(authorityDirectory(organization, authority), 'ca-cert.pem');

const secretFile = (organization: Organization, authority: Authority) =>
  path.join(authorityDirectory(organization, authority), 'admin-secret');

export const administratorSecret = (organization: Organization, authority: Authority) =>
  readFileSync(secretFile(organization, authority), 'utf8');

/** An orderer's identities come from an authority of their own: no peer or user passes as one. */
export const authoritiesOf = (organization: Organization): Authority[] =>
  organization.orderer ? ['tls', 'identity', 'orderer'] : ['tls', 'identity'];

function authorityConfig(organization: Organization, authority: Authority): object {
  const secret = randomBytes(24).toString('base64url');
  writeSecret(secretFile(organization, authority), secret);
  const usage = ['digital signature'];
  const tlsUsage = ['digital signature', 'key encipherment', 'server auth', 'client auth'];
  return {
    ca: { name: organization.caNames[authority], certfile: 'ca-cert.pem' },
    csr: {
      cn: `${directoryNames[authority]}.${organization.domain}`,
      keyrequest: { algo: 'ecdsa', size: 256 },
      names: [{ O: organization.domain, OU: organization.caNames[authority] }],
      hosts: [organization.ca, 'localhost', '127.0.0.1'],
      ca: { expiry: '131400h', pathlength: 0 },
    },
    registry: {
      maxenrollments: -1,
      identities: [
        {
          name: administrator,
          pass: secret,
          type: 'client',
          affiliation: '',
          attrs: {
            'hf.Registrar.Roles': '*',
            'hf.Registrar.DelegateRoles': '*',
            'hf.Registrar.Attributes': '*',
            'hf.Revoker': true,
            'hf.GenCRL': true,
          },
        },
      ],
    },
    db: { type: 'sqlite3', datasource: 'fabric-ca-server.db' },
    affiliations: {},
    signing: {
      default: { usage, expiry: '8760h' },
      profiles: { tls: { usage: tlsUsage, expiry: '8760h' } },
    },
    bccsp: {
      default: 'SW',
      sw: { hash: 'SHA2', security: 256, filekeystore: { keystore: 'msp/keystore' } },
    },
  };
}

/**
 * Writes the configuration of an organization's CA server. Its first authority is the one for TLS,
 * since a Fabric CA server gets its own TLS certificate from the first.
 */
export function writeCaServerConfig(instance: Instance, organization: Organization): void {
  const file = (authority: Authority) =>
    path.join(authorityDirectory(organization, authority), 'fabric-ca-server-config.yaml');
  const [first, ...others] = authoritiesOf(organization);
  if (!first || existsSync(file(first))) return;
  for (const authority of others) {
    writeSecret(file(authority), stringify(authorityConfig(organization, authority)));
  }
  const server = {
    version: '1.5.15',
    address: instance.host,
    port: organization.ports.ca,
    tls: { enabled: true },
    cafiles: others.map(file),
    operations: { listenAddress: `${instance.host}:${String(organization.ports.caOperations)}` },
    metrics: { provider: 'disabled' },
    ...authorityConfig(organization, first),
  };
  writeSecret(file(first), stringify(server));
}

/** The process that runs the organization's authorities. */
export function caServerProcess(
  instance: Instance,
  organization: Organization,
  command: string,
): ProcessRequest {
  const home = authorityDirectory(organization, 'tls');
  const operations = `${instance.host}:${String(organization.ports.caOperations)}`;
  return {
    name: organization.ca,
    kind: 'ca',
    command,
    args: ['start', '--home', home],
    cwd: home,
    env: { FABRIC_CA_SERVER_OPERATIONS_LISTENADDRESS: operations, GOMAXPROCS: '2' },
  };
}
