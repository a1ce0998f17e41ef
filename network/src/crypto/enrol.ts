import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Instance } from '../instance/instance.js';
import type { Organization } from '../instance/organization.js';
import { writeSecret } from '../instance/write-secret.js';
import { CaClient, type Credential, type Registration } from './ca-client.js';
import {
  administrator,
  administratorSecret,
  type Authority,
  authoritiesOf,
  rootCertificateFile,
} from './ca-server.js';
import { type Roots, writeMsp, writeTls } from './files.js';

/** An authority that is up, with its administrator enrolled. */
interface Registrar {
  readonly client: CaClient;
  readonly credential: Credential;
}

type Registrars = Partial<Record<Authority, Registrar>>;

/**
 * Registers and enrols everything an organization needs with its own authorities, and writes
 * MSP and TLS trees in the layout of Fabric's test-network.
 *
 * @throws NetworkError ERR_CA_REQUEST if an authority refuses.
 */
export async function enrolOrganization(
  instance: Instance,
  organization: Organization,
): Promise<void> {
  const registrars: Registrars = {};
  const tlsRoot = readFileSync(rootCertificateFile(organization, 'tls'), 'utf8');
  const address = { host: instance.host, port: organization.ports.ca };
  await Promise.all(
    authoritiesOf(organization).map(async (authority) => {
      const client = new CaClient(address, organization.caNames[authority], tlsRoot);
      const secret = administratorSecret(organization, authority);
      registrars[authority] = { client, credential: await client.enroll(administrator, secret) };
    }),
  );
  try {
    await Promise.all([
      enrolPeerOrganization(organization, registrars),
      enrolOrdererOrganization(organization, registrars),
    ]);
  } finally {
    for (const registrar of Object.values(registrars)) registrar.client.close();
  }
}

async function certify(
  registrar: Registrar | undefined,
  registration: Omit<Registration, 'secret'>,
  hosts?: readonly string[],
): Promise<Credential> {
  if (!registrar) throw new Error(`no authority to enrol ${registration.id}`);
  const secret = randomBytes(24).toString('base64url');
  await registrar.client.register(registrar.credential, { ...registration, secret });
  return registrar.client.enroll(registration.id, secret, hosts);
}

function rootsOf(organization: Organization, authority: 'identity' | 'orderer'): Roots {
  const read = (name: Authority) => readFileSync(rootCertificateFile(organization, name), 'utf8');
  return { domain: organization.domain, identity: read(authority), tls: read('tls') };
}

const hostsOf = (name: string) => [name, 'localhost', '127.0.0.1'];

async function enrolPeerOrganization(organization: Organization, registrars: Registrars) {
  const { domain, directories } = organization;
  const roots = rootsOf(organization, 'identity');
  const tree = directories.peerOrganization;
  writeMsp(path.join(tree, 'msp'), roots);
  writeSecret(path.join(tree, 'ca', `ca.${domain}-cert.pem`), roots.identity);
  writeSecret(path.join(tree, 'tlsca', `tlsca.${domain}-cert.pem`), roots.tls);

  const tls = async (directory: string, role: 'server' | 'client', id: string) => {
    const registration = { id, type: role === 'server' ? 'peer' : 'client' } as const;
    writeTls(directory, role, roots.tls, await certify(registrars.tls, registration, hostsOf(id)));
  };
  const user = async (name: string, type: 'admin' | 'client', attributes = {}) => {
    const home = path.join(tree, 'users', `${name}@${domain}`);
    const credential = await certify(registrars.identity, { id: name, type, attributes });
    writeMsp(path.join(home, 'msp'), roots, credential);
    await tls(path.join(home, 'tls'), 'client', `${name}.${domain}`);
  };
  const peer = async () => {
    const home = path.join(tree, 'peers', organization.peer);
    const credential = await certify(registrars.identity, { id: organization.peer, type: 'peer' });
    writeMsp(path.join(home, 'msp'), roots, credential);
    await tls(path.join(home, 'tls'), 'server', organization.peer);
  };
  await Promise.all([
    peer(),
    user('Admin', 'admin'),
    user('User1', 'client'),
    ...organization.users.map((each) => user(each.name, 'client', each.attributes)),
    tls(directories.chaincodeTls, 'server', `chaincode.${domain}`),
    tls(directories.chaincodeTls, 'client', `chaincode-client.${domain}`),
  ]);
}

async function enrolOrdererOrganization(organization: Organization, registrars: Registrars) {
  const { orderer, domain, directories } = organization;
  if (!orderer) return;
  const roots = rootsOf(organization, 'orderer');
  const tree = directories.ordererOrganization;
  writeMsp(path.join(tree, 'msp'), roots);
  writeSecret(path.join(tree, 'ca', `ca.${domain}-cert.pem`), roots.identity);
  writeSecret(path.join(tree, 'tlsca', `tlsca.${domain}-cert.pem`), roots.tls);

  const tls = async (directory: string, role: 'server' | 'client', id: string) => {
    const registration = { id, type: role === 'server' ? 'orderer' : 'client' } as const;
    writeTls(directory, role, roots.tls, await certify(registrars.tls, registration, hostsOf(id)));
  };
  const node = async () => {
    const home = path.join(tree, 'orderers', orderer);
    writeMsp(
      path.join(home, 'msp'),
      roots,
      await certify(registrars.orderer, { id: orderer, type: 'orderer' }),
    );
    await tls(path.join(home, 'tls'), 'server', orderer);
  };
  const admin = async () => {
    const home = path.join(tree, 'users', `Admin@${domain}`);
    writeMsp(
      path.join(home, 'msp'),
      roots,
      await certify(registrars.orderer, { id: 'Admin', type: 'admin' }),
    );
    await tls(path.join(home, 'tls'), 'client', `orderer-admin.${domain}`);
  };
  await Promise.all([node(), admin()]);
}
