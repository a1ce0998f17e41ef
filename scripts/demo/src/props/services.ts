import { cast, type Role } from '../stage/cast.js';
import type { Prop, Stage } from '../stage/stage.js';

const store = (role: Role): Prop<string> => ({
  name: `the store of ${role.organisation}`,
  make: (stage) => stage.service(role, 'store', 'serve'),
});

/** Address of City Hospital's store. */
export const cityStore = store(cast.cityStore);

const storeRoles = [
  cast.cityStore,
  cast.valleyStore,
  cast.insurerStore,
  cast.pharmaStore,
  cast.regulatorStore,
];

/** Stores that go down for a while. */
export const unreliable = [cast.pharmaStore, cast.regulatorStore];

/** `MSP=URL` of five organisations' stores, any three of which restore a record. */
export const recordStores: Prop<readonly string[]> = {
  name: 'the stores of records',
  make: (stage) =>
    Promise.all(
      storeRoles.map(async (role) => `${role.organisation}MSP=${await stage.use(store(role))}`),
    ),
};

/** So many stores restore a record. */
export const STORES_NEEDED = 3;

/** Addresses of the stores that the parties of claims use. */
export const claimStores: Prop<readonly string[]> = {
  name: 'the stores of claims',
  make: (stage) =>
    Promise.all(
      [cast.valleyStore, cast.insurerStore, cast.cityStore].map((role) => stage.use(store(role))),
    ),
};

const keyService = (role: Role): Prop<string> => ({
  name: `the key service of ${role.organisation}`,
  make: (stage) => stage.service(role, 'keys', 'serve'),
});

/** Address of the key service of City Hospital, which keeps the records. */
export const custodianKeys = keyService(cast.cityKeys);
/** Address of Valley Hospital's. */
export const readerKeys = keyService(cast.valleyKeys);

/** Members of a committee, three of which open what is encrypted under its key. */
const committeeRoles = [
  cast.cityCommittee,
  cast.valleyCommittee,
  cast.insurerCommittee,
  cast.pharmaCommittee,
  cast.regulatorCommittee,
];
const MEMBERS = committeeRoles.map(({ organisation }) => `${organisation}MSP`);
/** So many members open; n members are safe where n is at least twice as many less one. */
const THRESHOLD = '3';

const ceremony = async (stage: Stage, keyId: string, ...options: readonly string[]) => {
  stage.report.step('Five organisations make a key that any three of them open with');
  const terms = ['--threshold', THRESHOLD, '--members', ...MEMBERS];
  const office = stage.shell(cast.proposer);
  const command = ['committee', 'ceremony', keyId, ...options, ...terms];
  const { status } = await office.salus<{ status: string }>(...command);
  stage.report.check(status === 'ACTIVE', 'the committee has made its key');
  return keyId;
};

/** One service of each member serves the committees of both contracts. */
const committee: Prop<undefined> = {
  name: 'the committee',
  async make(stage) {
    const contracts = ['claims', 'statistics'];
    const stores = await stage.use(claimStores);
    await Promise.all(committeeRoles.map((role) => stage.member(role, { contracts, stores })));
    return undefined;
  },
};

/** ID of the key that claims are encrypted under. */
export const claimsKey: Prop<string> = {
  name: 'the key of claims',
  async make(stage) {
    await stage.use(committee);
    return ceremony(stage, `key-${stage.run}`);
  },
};

/** ID of the key that figures of a study are encrypted under. */
export const studyKey: Prop<string> = {
  name: 'the key of the study',
  async make(stage) {
    await stage.use(committee);
    const purpose = ['--purpose', 'joint-statistics'];
    return ceremony(stage, `statistics-${stage.run}`, '--contract', 'statistics', ...purpose);
  },
};

export const custodianRoles = [
  cast.cityCustodian,
  cast.valleyCustodian,
  cast.insurerCustodian,
  cast.pharmaCustodian,
  cast.regulatorCustodian,
];
/** So many custodians open a record in an emergency. */
export const CUSTODIANS_NEEDED = 3;

/** `MSP=URL` of the custodians' services, and the ID of their key, which none of them has. */
export const custodians: Prop<{ readonly places: readonly string[]; readonly keyId: string }> = {
  name: 'the custodians',
  async make(stage) {
    stage.report.step(
      'Custodians of five organisations make a key that any three use in emergencies',
    );
    const places = await Promise.all(
      custodianRoles.map(async (role) => {
        const url = await stage.service(role, 'custodian', 'serve');
        return `${role.organisation}MSP=${url}`;
      }),
    );
    const keyId = `emergency-${stage.run}`;
    const organisations = custodianRoles.map(({ organisation }) => `${organisation}MSP`);
    const terms = ['--threshold', String(CUSTODIANS_NEEDED), '--custodians', ...organisations];
    await stage.shell(cast.custodianOffice).salus('custodian', 'deal', keyId, ...terms);
    return { places, keyId };
  },
};

/** File with the channel's configuration, by which peers' and stores' word is checked. */
export const channelConfig: Prop<string> = {
  name: "the channel's configuration",
  async make(stage) {
    const registry = stage.shell(cast.cityRegistrar);
    const { file } = await registry.salus<{ file: string }>(
      ...['channel-config', '--out', `${registry.home}/channel-config.block`],
    );
    return file;
  },
};
