import path from 'node:path';
import { knownState, stateOf010 } from '@salus/testing/state-of-010';
import { RecordPlaces } from '../records/record-places.js';
import { openDataKey } from './data-key.js';
import { SealedFolder } from './sealed-folder.js';

describe("a gateway's home that release 0.1.0 wrote", () => {
  it('opens what is sealed in it, and knows the places of records', async () => {
    const home = stateOf010('gateway');
    const folder = new SealedFolder(
      path.join(home, 'operations'),
      await openDataKey(home, knownState.passphrase),
    );
    expect(await folder.names()).toEqual(['one']);
    expect(await folder.get('one')).toEqual({ synthetic: true });
    expect((await RecordPlaces.open(home)).find('r1')).toBe('p1');
  });
});
