import type { EhrClient } from '@salus/client/ehr';
import { chainOf, type Told } from '@salus/testing/chain-of';
import { CustodianWorld } from '@salus/testing/custodian-world';
import { eventually } from '@salus/testing/eventually';
import { watchCustodian } from './watch.js';

const KEY = 'emergency-2026';

describe('a custodian that follows the ledger', () => {
  let world: CustodianWorld;

  beforeEach(async () => {
    world = await CustodianWorld.open();
  });

  afterEach(() => world.close());

  /** Has the watch work on these events until something holds. */
  async function watching(
    told: readonly Told[],
    ehr: EhrClient,
    act: () => Promise<void>,
  ): Promise<void> {
    const parts = await world.started('InsurerMSP');
    const stopping = new AbortController();
    const { signal } = stopping;
    const client = { ...chainOf(...told), ehr };
    // Ceremonies that no event tells of are looked for too: here the list is empty.
    const working = watchCustodian({ ...parts, ledger: ehr }, { client, signal });
    try {
      await act();
    } finally {
      stopping.abort();
      await working;
    }
  }

  it('takes its step in a ceremony, whatever forged events name keys that are not there', async () => {
    await world.propose(KEY);
    const own = world.ehr('InsurerMSP');
    const asked: string[] = [];
    const ehr: EhrClient = {
      ...own,
      getCustodianKey: (keyId) => {
        asked.push(keyId);
        return own.getCustodianKey(keyId);
      },
      listCustodianKeys: () =>
        Promise.resolve({ results: [], fetchedRecordsCount: 0, bookmark: '' }),
    };
    await watching(
      [
        ['CustodianKeyChanged.v1', { keyId: 'forged' }],
        ['CustodianKeyChanged.v1', { keyId: '../../etc' }],
        ['DealingRevealed.v1', 'forged'],
        ['EmergencyDecided.v1', { decisionId: 'Jane Doe' }],
        ['CustodianKeyChanged.v1', { keyId: KEY }],
      ],
      ehr,
      async () => {
        await eventually(async () => {
          const { dealings } = await own.getCustodianKey(KEY);
          expect(Object.keys(dealings)).toEqual(['InsurerMSP']);
        });
      },
    );
    expect(asked.filter((keyId) => keyId === 'forged')).toHaveLength(1);
    expect(asked).not.toContain('../../etc');
    expect(JSON.stringify(world.reports)).not.toContain('Jane');
  });

  it('takes its step in one ceremony where another one fails', async () => {
    await world.propose('broken');
    await world.propose(KEY);
    const own = world.ehr('InsurerMSP');
    const ehr: EhrClient = {
      ...own,
      getCustodianKey: (keyId) =>
        keyId === 'broken' ? Promise.reject(new Error('broken')) : own.getCustodianKey(keyId),
    };
    await watching(
      [
        ['CustodianKeyChanged.v1', { keyId: 'broken' }],
        ['CustodianKeyChanged.v1', { keyId: KEY }],
      ],
      ehr,
      async () => {
        await eventually(async () => {
          const { dealings } = await own.getCustodianKey(KEY);
          expect(Object.keys(dealings)).toEqual(['InsurerMSP']);
        });
      },
    );
    expect(world.reports).toContainEqual({ code: 'ERR_INTERNAL', message: 'broken' });
  });
});
