import type { CollectiveKey } from '@salus/protocol/computation';
import { standingOf } from './ceremony-progress.js';

const key = {
  ...{ keyId: 'k1', status: 'RETIRED', epoch: 0, committee: { members: ['A'], threshold: 2 } },
  ceremony: { kind: 'GENERATE', phase: 'DONE', members: [] },
} as unknown as CollectiveKey;

describe('the status of a key', () => {
  it('tells why it ended, where its members did not retire it', () => {
    const endedBy = { reason: 'NOISE_EXCEEDED', openingId: 'o1' } as const;
    expect(standingOf({ ...key, endedBy })).toMatchObject({ status: 'RETIRED', endedBy });
    expect(standingOf({ ...key, retirement: ['A', 'B'] }).endedBy).toBeUndefined();
  });
});
