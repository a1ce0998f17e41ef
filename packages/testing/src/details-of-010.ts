import { Contract, type Context } from 'fabric-contract-api';
import { contracts } from '@salus/ehr-contract';
import { makeIdentity, type MemoryLedger } from '@salus/memory-ledger';
import { canonicalJson } from '@salus/protocol';
import type { HealthRecord, RecordDeposit } from '@salus/protocol/ehr';

/** Puts details where release 0.1.0 kept them, and nowhere else. */
class Earlier extends Contract {
  constructor() {
    super('earlier');
  }

  async putBack({ stub }: Context): Promise<void> {
    const { details, keys } = JSON.parse(
      String(stub.getTransient().get('deposit')),
    ) as RecordDeposit;
    const own = `_implicit_org_${stub.getMspID()}`;
    for (const [type, value] of [
      ['details', details],
      ['keys', keys],
    ] as const) {
      const key = stub.createCompositeKey(type, [keys.pseudonym, keys.recordId]);
      await stub.putPrivateData('care', key, Buffer.from(canonicalJson(value)));
      await stub.deletePrivateData(own, key);
    }
  }
}

/**
 * Gives a ledger the collection in which release 0.1.0 kept details of all hospitals, and the details of one
 * record there, in place of the first hospital's own collection.
 *
 * @param hospitals - MSP IDs; the first keeps the record
 */
export async function keepAs010(
  ledger: MemoryLedger,
  hospitals: readonly [string, ...string[]],
  deposit: RecordDeposit,
): Promise<void> {
  const [custodian] = hospitals;
  ledger.deploy('ehr', [...contracts, Earlier], {
    endorsement: `OutOf(1, '${custodian}.peer')`,
    collections: [
      { name: 'care', policy: `OR(${hospitals.map((id) => `'${id}.member'`).join(',')})` },
    ],
  });
  const registrar = ledger.as(makeIdentity({ mspId: custodian, name: 'registrar' }));
  await registrar.submit('ehr', 'earlier:putBack', {
    transient: { deposit: JSON.stringify(deposit) },
    endorsingOrganizations: [custodian],
  });
}

/** Takes from records what release 0.1.0 did not keep: which version is the first, and the series. */
class WithoutSeries extends Contract {
  constructor() {
    super('withoutSeries');
  }

  async forget({ stub }: Context, pseudonym: string, first: string, ids: string): Promise<void> {
    for (const recordId of ids.split(' ')) {
      const key = stub.createCompositeKey('record', [pseudonym, recordId]);
      const stored = JSON.parse(String(await stub.getState(key))) as HealthRecord;
      const { series: _series, ...known } = stored;
      await stub.putState(key, Buffer.from(canonicalJson(known)));
    }
    await stub.deleteState(stub.createCompositeKey('series', [pseudonym, first]));
  }
}

/** Makes the versions of a record, the first in front, what release 0.1.0 has left on a ledger. */
export async function forgetSeriesAs010(
  ledger: MemoryLedger,
  custodian: string,
  { pseudonym, versions }: { readonly pseudonym: string; readonly versions: readonly string[] },
): Promise<void> {
  ledger.deploy('ehr', [...contracts, WithoutSeries], {
    endorsement: `OutOf(1, '${custodian}.peer')`,
  });
  const registrar = ledger.as(makeIdentity({ mspId: custodian, name: 'registrar' }));
  await registrar.submit('ehr', 'withoutSeries:forget', {
    args: [pseudonym, versions[0] ?? '', versions.join(' ')],
    endorsingOrganizations: [custodian],
  });
}
