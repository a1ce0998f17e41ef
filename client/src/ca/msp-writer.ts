import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Enrollment } from './ca-client.js';

const SECRET_FILE = 0o600;
const SECRET_FOLDER = 0o700;

/** Fabric's node organisational units: the certificate's OU tells a client from a peer or an admin. */
const nodeOus = `NodeOUs:
  Enable: true
${['Client', 'Peer', 'Admin', 'Orderer']
  .map(
    (unit) => `  ${unit}OUIdentifier:
    Certificate: cacerts/ca.pem
    OrganizationalUnitIdentifier: ${unit.toLowerCase()}`,
  )
  .join('\n')}
`;

/**
 * Writes an enrolment as an MSP directory in Fabric's layout. It appears as a whole or not at all,
 * and takes the place of an earlier one; the key is readable by its owner only.
 */
export async function writeMspDirectory(mspDir: string, enrollment: Enrollment): Promise<void> {
  const target = path.resolve(mspDir);
  const draft = `${target}.${randomUUID()}`;
  const old = `${draft}.old`;
  await mkdir(path.dirname(target), { recursive: true });
  try {
    await fill(draft, enrollment);
    const replaced = await moveAway(target, old);
    await rename(draft, target).catch(async (error: unknown) => {
      if (replaced) await rename(old, target);
      throw error;
    });
  } finally {
    await Promise.all([draft, old].map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

async function fill(folder: string, { certificate, privateKey, caChain }: Enrollment) {
  for (const name of ['signcerts', 'keystore', 'cacerts']) {
    await mkdir(path.join(folder, name), { recursive: true, mode: SECRET_FOLDER });
  }
  await Promise.all([
    writeFile(path.join(folder, 'signcerts', 'cert.pem'), certificate),
    writeFile(path.join(folder, 'keystore', 'priv_sk'), privateKey, { mode: SECRET_FILE }),
    writeFile(path.join(folder, 'cacerts', 'ca.pem'), caChain),
    writeFile(path.join(folder, 'config.yaml'), nodeOus),
  ]);
}

async function moveAway(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
