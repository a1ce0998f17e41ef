import type { Command } from 'commander';
import type { SalusClient } from '@salus/client';
import type { StudyParts } from '@salus/client/statistics';
import { StoreClient, StoreGroup } from '@salus/client/stores';
import { createEngine, profileOf } from '@salus/compute';
import { addressesOf } from '../command-line/addresses.js';
import { connectedContext, identityOf, withClient } from '../command-line/context.js';

export const CHAINCODE = 'statistics';

/** Runs with an engine of the study's profile and the stores of the settings, and prints the result. */
export async function onStudy(
  command: Command,
  studyId: string,
  run: (
    parts: StudyParts,
    more: { readonly client: SalusClient; readonly store: StoreGroup },
  ) => Promise<unknown>,
): Promise<void> {
  const context = connectedContext(command, 'stores');
  const identity = await identityOf(context.settings);
  await withClient(context, async (client) => {
    const { statistics } = client;
    const computation = client.computation(CHAINCODE);
    const { terms } = await statistics.getStudy(studyId);
    const key = await computation.getKey(terms.keyId);
    const store = new StoreGroup(
      addressesOf(context.settings.stores).map(
        (url) => new StoreClient(url, identity, client.tlsRoots),
      ),
    );
    await using engine = createEngine({ profile: profileOf(key.profile).name });
    const getKey = (keyId: string) => computation.getKey(keyId);
    const parts = { statistics, store, engine, getKey, chaincode: CHAINCODE };
    context.output.result(await run(parts, { client, store }));
  });
}
