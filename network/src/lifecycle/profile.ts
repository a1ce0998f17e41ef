import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { rootCertificateFile } from '../crypto/ca-server.js';
import type { Instance } from '../instance/instance.js';
import type { Organization } from '../instance/organization.js';
import { writeSecret } from '../instance/write-secret.js';

const pem = (organization: Organization) =>
  readFileSync(
    `${organization.directories.peerOrganization}/tlsca/tlsca.${organization.domain}-cert.pem`,
    'utf8',
  );

/** Identities from cryptogen come without certificate authorities. */
const hasAuthorities = (organization: Organization) =>
  existsSync(rootCertificateFile(organization, 'tls'));

function certificateAuthorities(organization: Organization): object {
  if (!hasAuthorities(organization)) return {};
  return {
    [organization.ca]: {
      url: `https://localhost:${organization.ports.ca}`,
      caName: organization.caNames.identity,
      tlsCACerts: { pem: [readFileSync(rootCertificateFile(organization, 'tls'), 'utf8')] },
      httpOptions: { verify: true },
    },
  };
}

/** Common connection profile (version 1) of an organization: its own peer first, then the others'. */
export function connectionProfile(instance: Instance, own: Organization): object {
  const all = [own, ...instance.organizations.filter((each) => each !== own)];
  const peer = (each: Organization) => ({
    url: `grpcs://localhost:${each.ports.peer}`,
    tlsCACerts: { pem: pem(each) },
    grpcOptions: { 'ssl-target-name-override': each.peer, hostnameOverride: each.peer },
  });
  return {
    name: `salus-${own.name.toLowerCase()}`,
    version: '1.0.0',
    client: { organization: own.name, connection: { timeout: { peer: { endorser: '300' } } } },
    organizations: Object.fromEntries(
      all.map((each) => [
        each.name,
        {
          mspid: each.mspId,
          peers: [each.peer],
          ...(each === own && hasAuthorities(own) ? { certificateAuthorities: [own.ca] } : {}),
        },
      ]),
    ),
    peers: Object.fromEntries(all.map((each) => [each.peer, peer(each)])),
    certificateAuthorities: certificateAuthorities(own),
  };
}
/** Writes the profile as JSON and YAML into the organization's directory. */
export function writeProfiles(instance: Instance, organization: Organization): void {
  const profile = connectionProfile(instance, organization);
  const file = path.join(
    organization.directories.peerOrganization,
    `connection-${organization.name.toLowerCase()}`,
  );
  writeSecret(`${file}.json`, `${JSON.stringify(profile, null, 2)}\n`);
  writeSecret(`${file}.yaml`, stringify(profile));
}
