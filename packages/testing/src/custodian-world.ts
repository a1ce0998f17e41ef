import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EhrClient } from '@salus/client/ehr';
import { advanceCeremony, type CustodianParts, CustodianHome } from '@salus/custodian-service';
import { contracts } from '@salus/ehr-contract';
import { makeIdentity, MemoryLedger } from '@salus/memory-ledger';
import type { CustodianKey } from '@salus/protocol/ehr';
import { ehrInMemory } from './ehr-in-memory.js';
import { deployMembership } from './membership-in-memory.js';

const PASSPHRASE = 'passphrase of a test';
const HOSPITALS = ['CityHospitalMSP', 'ValleyHospitalMSP'];
const CUSTODIANS = [...HOSPITALS, 'InsurerMSP', 'PharmaMSP', 'RegulatorMSP'];

/** Custodians that are objects, on the real contract. */
export class CustodianWorld {
  readonly custodians: readonly string[];
  readonly reports: Readonly<Record<string, unknown>>[] = [];
  /** The clock of everybody's transactions. */
  now = Date.now();
  readonly #folder: string;
  readonly #ledger: MemoryLedger;

  private constructor(folder: string, custodians: readonly string[]) {
    this.#folder = folder;
    this.custodians = custodians;
    const organisations = [...new Set([...CUSTODIANS, ...custodians])];
    const clock = () => new Date(this.now);
    this.#ledger = new MemoryLedger({ channel: 'edge-east', organisations, clock });
    const [contract] = contracts;
    if (!contract) throw new Error('no contract');
    this.#ledger.deploy('ehr', contract, {
      endorsement: `OutOf(2, ${organisations.map((mspId) => `'${mspId}.peer'`).join(', ')})`,
    });
  }

  /** @param custodians - a hospital of the network first */
  static async open(custodians: readonly string[] = CUSTODIANS): Promise<CustodianWorld> {
    const folder = await mkdtemp(path.join(tmpdir(), 'salus-custodians-'));
    const world = new CustodianWorld(folder, custodians);
    await deployMembership(world.#ledger, {
      ...{ CityHospitalMSP: ['hospital'], ValleyHospitalMSP: ['hospital'] },
      RegulatorMSP: ['overseer'],
    });
    return world;
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }

  /** The contract as somebody of an organisation calls it. */
  ehr(mspId: string, role = 'custodian'): EhrClient {
    const attributes = { 'salus.role': role };
    return ehrInMemory(this.#ledger.as(makeIdentity({ mspId, name: role, attributes })), mspId);
  }

  /** A custodian as a process that has just started is: with nothing but its home. */
  async started(mspId: string): Promise<CustodianParts> {
    const home = await CustodianHome.open(path.join(this.#folder, mspId), PASSPHRASE);
    const report = (line: Readonly<Record<string, unknown>>) => this.reports.push(line);
    return { mspId, home, ledger: this.ehr(mspId), report };
  }

  async startedAll(): Promise<CustodianParts[]> {
    return Promise.all(this.custodians.map((mspId) => this.started(mspId)));
  }

  async propose(keyId: string, threshold = 3): Promise<void> {
    const custodians = [...this.custodians];
    await this.ehr('CityHospitalMSP').proposeCustodianKey({ keyId, threshold, custodians });
  }

  /** Has everybody take steps, one after the other, until nobody has any left. */
  async run(keyId: string, parts: readonly CustodianParts[]): Promise<CustodianKey> {
    for (let round = 0; round < 10; round += 1) {
      const standings = [];
      for (const custodian of parts) standings.push(await advanceCeremony(custodian, keyId));
      if (standings.every((standing) => standing === 'DONE')) break;
    }
    return this.ehr('RegulatorMSP').getCustodianKey(keyId);
  }
}
