import path from 'node:path';
import type { Organization } from '../instance/organization.js';
import { addressBookFile } from './builder/address-book.js';
import { configVariable } from './builder/ccaas.js';

/** Entry of `chaincode.externalBuilders` in a peer's core.yaml. */
export interface ExternalBuilder {
  readonly name: string;
  readonly path: string;
  readonly propagateEnvironment: readonly string[];
}

const buildersFolder = path.join(__dirname, '..', '..', 'builders');

/** What npm needs to find its cache and, behind a proxy or a mirror, its registry. */
const npmVariables = [
  'HOME',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'NPM_CONFIG_USERCONFIG',
  'npm_config_userconfig',
  'npm_config_cache',
  'npm_config_registry',
  'NPM_CONFIG_CACHE',
  'NPM_CONFIG_REGISTRY',
];

/** The builders of this repository, for CORE_CHAINCODE_EXTERNALBUILDERS. */
export const externalBuilders = (): ExternalBuilder[] => [
  {
    name: 'salus-ccaas',
    path: path.join(buildersFolder, 'ccaas'),
    propagateEnvironment: [configVariable],
  },
  {
    name: 'salus-node',
    path: path.join(buildersFolder, 'node'),
    propagateEnvironment: npmVariables,
  },
];

/** The certificates between an organization's peer and its chaincode servers. */
export function chaincodeTlsFiles(organization: Pick<Organization, 'directories'>) {
  const file = (name: string) => path.join(organization.directories.chaincodeTls, name);
  return {
    ca: file('ca.crt'),
    serverCertificate: file('server.crt'),
    serverKey: file('server.key'),
    clientCertificate: file('client.crt'),
    clientKey: file('client.key'),
  };
}

/**
 * Environment a peer needs so that it runs chaincode without containers. It names the builders and their
 * settings for this organization, and puts the Node.js of this process first in PATH.
 */
export function chaincodeEnvironment(
  organization: Pick<Organization, 'peer' | 'directories'>,
  environment: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const tls = chaincodeTlsFiles(organization);
  const config = {
    peername: organization.peer,
    addresses_file: addressBookFile(organization),
    root_cert_file: tls.ca,
    client_cert_file: tls.clientCertificate,
    client_key_file: tls.clientKey,
  };
  const passed = npmVariables.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(passed),
    PATH: [path.dirname(process.execPath), environment.PATH ?? ''].join(path.delimiter),
    // Without a container engine: no endpoint, so that neither Docker nor its health check is used.
    CORE_VM_ENDPOINT: '',
    CORE_CHAINCODE_EXTERNALBUILDERS: JSON.stringify(externalBuilders()),
    [configVariable]: JSON.stringify(config),
  };
}
