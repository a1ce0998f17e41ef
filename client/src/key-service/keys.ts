import path from 'node:path';
import { z } from 'zod';
import { generateHpkeKeyPair, type HpkeKeyPair } from '../crypto/hpke.js';
import { writeAtomically } from '../atomic-file.js';
import { readSecrets, writeSecrets } from '../service/secret-file.js';

const pair = z.object({ publicKey: z.string(), privateKey: z.string() });

/** The key service's key pair, made when there is none. The public half lies in `custodian.pub`. */
export async function openKeyPair(home: string, passphrase: string): Promise<HpkeKeyPair> {
  const file = path.join(home, 'custodian.key');
  try {
    return pair.parse(await readSecrets(file, passphrase));
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_NOT_FOUND') throw error;
  }
  const fresh = await generateHpkeKeyPair();
  await writeSecrets(file, fresh, passphrase);
  await writeAtomically(path.join(home, 'custodian.pub'), Buffer.from(fresh.publicKey));
  return fresh;
}
