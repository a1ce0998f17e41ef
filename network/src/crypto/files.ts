import path from 'node:path';
import { stringify } from 'yaml';
import { writeSecret } from '../instance/write-secret.js';
import type { Credential } from './ca-client.js';
import { privateKeyPem } from './signing.js';

/** Root certificates of an MSP, and the domain that names their files. */
export interface Roots {
  readonly domain: string;
  readonly identity: string;
  readonly tls: string;
}

function nodeUnits(rootFile: string): string {
  const unit = (name: string) => ({ Certificate: rootFile, OrganizationalUnitIdentifier: name });
  return stringify({
    NodeOUs: {
      Enable: true,
      ClientOUIdentifier: unit('client'),
      PeerOUIdentifier: unit('peer'),
      AdminOUIdentifier: unit('admin'),
      OrdererOUIdentifier: unit('orderer'),
    },
  });
}

/** Writes a membership service provider's directory; with a credential it can also sign. */
export function writeMsp(directory: string, roots: Roots, credential?: Credential): void {
  const rootFile = `cacerts/ca.${roots.domain}-cert.pem`;
  writeSecret(path.join(directory, rootFile), roots.identity);
  writeSecret(path.join(directory, 'tlscacerts', `tlsca.${roots.domain}-cert.pem`), roots.tls);
  writeSecret(path.join(directory, 'config.yaml'), nodeUnits(rootFile));
  if (!credential) return;
  writeSecret(path.join(directory, 'signcerts', 'cert.pem'), credential.certificate);
  writeSecret(path.join(directory, 'keystore', 'priv_sk'), privateKeyPem(credential.key));
}

/** Writes TLS files under the names Fabric users know: `server.*` for nodes, `client.*` for users. */
export function writeTls(
  directory: string,
  role: 'server' | 'client',
  root: string,
  credential: Credential,
): void {
  writeSecret(path.join(directory, 'ca.crt'), root);
  writeSecret(path.join(directory, `${role}.crt`), credential.certificate);
  writeSecret(path.join(directory, `${role}.key`), privateKeyPem(credential.key));
}
