import type { SalusClient } from '@salus/client';
import { aloneIn } from '@salus/client/home';
import { recoverMemory, type Recovery } from '@salus/committee-service';
import type { Settings } from '../../command-line/settings.js';
import { openMemberHome } from './member-home.js';
import { COMMITTEE_SERVICE } from './open-committee.js';

/** @throws SalusError `ERR_HOME_IN_USE` while the member serves */
export async function recoverHome(
  settings: Settings,
  client: SalusClient,
  chaincode: string,
): Promise<Recovery> {
  const home = await openMemberHome(settings, client, chaincode);
  return aloneIn(home.folder, COMMITTEE_SERVICE, async () =>
    recoverMemory(home, client.computation(chaincode), await client.height()),
  );
}
