import { chmodSync, copyFileSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import type { Instance } from '../instance/instance.js';
import type { Organization } from '../instance/organization.js';
import { runCommand } from '../instance/run-command.js';
import { writeSecret } from '../instance/write-secret.js';

/** Host name of the certificates for chaincode servers, and for the peer as their client. */
const chaincodeHost = 'chaincode';

const hosts = (...names: string[]) =>
  names.map((Hostname) => ({ Hostname, SANS: ['localhost', '127.0.0.1'] }));

function peerOrganization({ name, domain }: Organization): object {
  const Specs = hosts('peer0', chaincodeHost);
  return { Name: name, Domain: domain, EnableNodeOUs: true, Specs, Users: { Count: 1 } };
}

const ordererOrganization = ({ name, domain }: Organization): object => ({
  Name: `${name}Orderer`,
  Domain: domain,
  EnableNodeOUs: true,
  Specs: hosts('orderer'),
});

/** Renames `signcerts/NAME-cert.pem` to `cert.pem` as Fabric CA's users know it; owners alone may read. */
function tidy(directory: string): void {
  chmodSync(directory, 0o700);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    if (entry.isDirectory()) tidy(file);
    else {
      chmodSync(file, 0o600);
      if (path.basename(directory) === 'signcerts')
        renameSync(file, path.join(directory, 'cert.pem'));
    }
  }
}

/** The chaincode's TLS files move to their place; its identity, which could endorse, goes. */
function takeChaincodeTls({ directories, domain }: Organization): void {
  const node = path.join(directories.peerOrganization, 'peers', `${chaincodeHost}.${domain}`);
  const target = directories.chaincodeTls;
  mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
  renameSync(path.join(node, 'tls'), target);
  for (const kind of ['crt', 'key']) {
    copyFileSync(path.join(target, `server.${kind}`), path.join(target, `client.${kind}`));
  }
  rmSync(node, { recursive: true });
}

/**
 * Makes every organization's identities at once with cryptogen: no certificate authority runs, and
 * the certificates have no attributes.
 *
 * @throws NetworkError ERR_COMMAND_FAILED
 */
export async function generateIdentities(instance: Instance, cryptogen: string): Promise<void> {
  const config = path.join(instance.home, 'cryptogen.yaml');
  writeSecret(
    config,
    stringify({
      PeerOrgs: instance.organizations.map(peerOrganization),
      OrdererOrgs: instance.organizations.filter((each) => each.orderer).map(ordererOrganization),
    }),
  );
  const output = path.join(instance.home, 'organizations');
  await runCommand(cryptogen, ['generate', `--config=${config}`, `--output=${output}`]);
  tidy(output);
  for (const organization of instance.organizations) takeChaincodeTls(organization);
}
