import type { SalusClient, StudyDesk } from '@salus/client';
import { COMMITTEE, type CommitteeServices } from './committee-services.js';

/**
 * Institutions, each with the organisation that vouches for these. With three organisations it takes eight: each
 * must face five of others.
 */
const INSTITUTIONS = [
  ['CityHospital', 'central', 'ValleyHospital', 20],
  ['CityHospital', 'north', 'ValleyHospital', 40],
  ['CityHospital', 'south', 'ValleyHospital', 40],
  ['ValleyHospital', 'central', 'CityHospital', 60],
  ['ValleyHospital', 'east', 'CityHospital', 60],
  ['ValleyHospital', 'west', 'CityHospital', 80],
  ['Pharma', 'east', 'CityHospital', 45],
  ['Pharma', 'west', 'CityHospital', 55],
] as const;
export const CONTRIBUTORS = INSTITUTIONS.length;
const MEAN = 50;
export const PUBLISHERS = ['Insurer', 'Regulator'] as const;

/** An institution's analyst. */
interface Analyst {
  readonly client: SalusClient;
  readonly studies: StudyDesk;
  readonly figure: number;
}

/** Studies of all institutions under one key. */
export class Studies {
  readonly #services: CommitteeServices;
  readonly #keyId: string;
  readonly #analysts: readonly Analyst[];

  private constructor(services: CommitteeServices, keyId: string, analysts: readonly Analyst[]) {
    this.#services = services;
    this.#keyId = keyId;
    this.#analysts = analysts;
  }

  /** Registers the institutions of a key that the committee has made. */
  static async prepare(services: CommitteeServices, keyId: string): Promise<Studies> {
    const analysts: Analyst[] = [];
    for (const [organisation, name, voucher, figure] of INSTITUTIONS) {
      const institution = `${organisation.replace('Hospital', '').toLowerCase()}-${name}`;
      const own = await services.officer(organisation);
      await own.statistics.registerInstitution({ institution, name: institution });
      await services.inStep();
      const other = await services.officer(voucher);
      await other.statistics.approveInstitution(`${organisation}MSP`, institution);
      const user = `analyst-${name}`;
      const client = await services.client(organisation, user);
      const home = services.homeOf(user, organisation);
      const stores = { CityHospitalMSP: services.store };
      analysts.push({ client, studies: client.studies.using({ home, stores }), figure });
    }
    await services.inStep();
    return new Studies(services, keyId, analysts);
  }

  /** Whoever asks for openings: it contributes as well. */
  get opener(): Analyst {
    return this.#analysts[0] as Analyst;
  }

  /** Joined by everybody. All studies of a key are joined before joining ends for one of them. */
  async open(studyId: string): Promise<void> {
    const { statistics } = this.opener.client;
    await statistics.openStudy({
      ...{ studyId, keyId: this.#keyId, measure: studyId, period: '2026-Q1', minimumCohort: 6 },
      unit: { code: 'EUR', decimals: 2 },
      range: { least: 0, most: 1000_00 },
      kind: { name: 'histogram', edges: [30_00, 50_00, 70_00] },
      publishers: PUBLISHERS.map((name) => `${name}MSP`),
      deadline: new Date(Date.now() + 24 * 3_600_000).toISOString(),
    });
    const { termsHash } = await statistics.getStudy(studyId);
    await this.#services.inStep();
    for (const { studies, figure } of this.#analysts) {
      await studies.join({ studyId, termsHash, committee: COMMITTEE, figure });
    }
  }

  async contribute(studyId: string): Promise<void> {
    await this.opener.client.statistics.endJoining(studyId);
    await this.#services.inStep();
    for (const { studies } of this.#analysts) await studies.contribute(studyId);
    await this.#services.inStep();
  }

  /** Evaluates the study, and asks for its opening at once. */
  async close(studyId: string): Promise<void> {
    await this.opener.studies.close(studyId);
  }

  async askAgain(studyId: string): Promise<void> {
    const { value } = await this.opener.client.statistics.requestOpening(studyId);
    if (!value.permitted) throw new Error(`the opening is denied: ${value.reason}`);
  }

  /** As an officer of a publisher, who waits for the committee. */
  async publish(studyId: string): Promise<void> {
    const [name] = PUBLISHERS;
    await this.#services.inStep();
    const officer = await this.#services.officer(name);
    const home = this.#services.homeOf('committee', name);
    const stores = { CityHospitalMSP: this.#services.store };
    await officer.studies.using({ home, stores }).publish(studyId);
    const { mean } = await officer.statistics.getResult(studyId);
    if (mean !== MEAN) throw new Error(`the mean is ${mean}, not ${MEAN}`);
  }
}
