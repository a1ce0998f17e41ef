import { Contract, type Context } from 'fabric-contract-api';
import { contracts } from '@salus/ehr-contract';
import { makeIdentity, type MemoryLedger } from '@salus/memory-ledger';
import { canonicalJson } from '@salus/protocol';
import type { RecordDeposit } from '@salus/protocol/ehr';

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
