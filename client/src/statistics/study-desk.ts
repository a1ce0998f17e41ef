import { createEngine, profileOf } from '@salus/compute';
import type { Participant, Study } from '@salus/protocol/statistics';
import type { ComputationClient } from '../computation/computation-client.js';
import { contributorOf } from '../computation/proven-values.js';
import { homeOf, storesOf, type RecordSettings } from '../records/record-settings.js';
import type { Session } from '../session/session.js';
import { contentStores } from '../stores/content-stores.js';
import type { StoreGroup } from '../stores/store-group.js';
import type { Receipt } from '../transaction/typed-contract.js';
import { currentMembers } from '../trust/current-members.js';
import {
  contributeFigure,
  joinWithFigure,
  type JoiningFigure,
  type StudyParts,
} from './contribute.js';
import { keepFigure, keptFigure } from './kept-figures.js';
import { positionOf, type Position } from './position.js';
import {
  askForOpening,
  closeStudy,
  isOpenedFirst,
  isToBeClosed,
  publishResult,
  secureContributions,
} from './publish.js';
import type { StatisticsClient } from './statistics-client.js';

/** What the desk works with. */
export interface StudyDeskParts {
  readonly session: Session;
  readonly settings: RecordSettings;
  readonly statistics: StatisticsClient;
  readonly computation: ComputationClient;
  /** Name under which the contract is deployed. */
  readonly chaincode: string;
}

/**
 * The own organisation's figures in studies. A figure leaves this process encrypted only; encrypting
 * loads `node-seal`.
 *
 * Every method throws a SalusError: those of {@link StatisticsClient}, `ERR_SETTINGS_MISSING` where
 * `connect` was given no `stores` or `home`.
 */
export class StudyDesk {
  readonly #parts: StudyDeskParts;

  constructor(parts: StudyDeskParts) {
    this.#parts = parts;
  }

  /**
   * The same desk, with other settings; what is not given stays as it is.
   *
   * @example
   * const studies = client.studies.using({ home: '/var/lib/salus/analyst' });
   */
  using(settings: RecordSettings): StudyDesk {
    return new StudyDesk({ ...this.#parts, settings: { ...this.#parts.settings, ...settings } });
  }

  /**
   * Joins a study with a figure: encrypts it, keeps the ciphertext in `home` and commits to it.
   *
   * @throws SalusError `ERR_CONFLICT` where another committee holds the key; `ERR_VALUE_OUT_OF_RANGE`
   * @example
   * const { termsHash } = await client.statistics.getStudy('cost-2026-q1');
   * const members = ['CityHospitalMSP', 'ValleyHospitalMSP', 'InsurerMSP', 'PharmaMSP', 'RegulatorMSP'];
   * const committee = { members, threshold: 3 };
   * await client.studies.join({ studyId: 'cost-2026-q1', termsHash, committee, figure: 812.5 });
   */
  async join(joining: JoiningFigure): Promise<Receipt<Participant>> {
    const home = homeOf(this.#parts.settings);
    return this.#onStudy(joining.studyId, (parts) =>
      joinWithFigure(parts, joining, (one) => keepFigure(home, one)),
    );
  }

  /**
   * Contributes the figure that was joined with, once nobody joins any more.
   *
   * @throws SalusError `ERR_CONFLICT` as long as somebody may join; `ERR_NOT_FOUND` where `home` does not
   *   hold the ciphertext
   * @example
   * await client.studies.contribute('cost-2026-q1');
   */
  async contribute(studyId: string): Promise<Receipt<Participant>> {
    const home = homeOf(this.#parts.settings);
    const { mspId } = this.#parts.session;
    return this.#onStudy(studyId, async (parts) => {
      const study = await parts.statistics.getStudy(studyId);
      return contributeFigure(parts, studyId, await keptFigure(home, study, mspId));
    });
  }

  /**
   * Closes a study where that is due, and asks for its sums to be opened to the publishers. By a contributor. Before
   * that it makes sure that the stores have every contribution with its proof.
   *
   * @throws SalusError `ERR_NOT_FOUND`, which names who keeps its proof back; `ERR_COHORT_TOO_SMALL`; `ERR_NO_DECISION` where the ledger denies the opening
   * @example
   * const { status } = await client.studies.close('cost-2026-q1');
   */
  close(studyId: string): Promise<Study> {
    return this.#onStudy(studyId, async (parts) => {
      const study = await parts.statistics.getStudy(studyId);
      if (isOpenedFirst(study)) {
        const ciphertexts = await secureContributions(parts, study);
        if (isToBeClosed(study)) await closeStudy(parts, study, ciphertexts);
      }
      return askForOpening(parts, studyId);
    });
  }

  /**
   * Collects what the committee opened of a closed study, and publishes it rounded. By an officer (role
   * committee) of an organisation that the terms name as a publisher.
   *
   * @throws SalusError `ERR_CONFLICT` before an opening is permitted; `ERR_DEADLINE_EXCEEDED`
   * @example
   * await client.studies.publish('cost-2026-q1');
   * const { mean } = await client.statistics.getResult('cost-2026-q1');
   */
  publish(studyId: string): Promise<Study> {
    const { session, computation } = this.#parts;
    const { mspId } = session;
    return this.#onStudy(studyId, async (parts, store) => {
      const more = { mspId, computation, members: currentMembers(session) };
      return publishResult({ ...parts, ...more }, store, studyId);
    });
  }

  /**
   * Computes where the own figure stands in a study's cohort. Nothing of the figure is sent.
   *
   * @example
   * const { zScore } = await client.studies.position('cost-2026-q1', 812.5);
   */
  async position(studyId: string, figure: number): Promise<Position> {
    return positionOf(await this.#parts.statistics.getResult(studyId), figure);
  }

  async #onStudy<T>(
    studyId: string,
    run: (parts: StudyParts, store: StoreGroup) => Promise<T>,
  ): Promise<T> {
    const { session, settings, statistics, computation, chaincode } = this.#parts;
    const store = contentStores(storesOf(settings), session);
    const { terms } = await statistics.getStudy(studyId);
    const key = await computation.getKey(terms.keyId);
    await using engine = createEngine({ profile: profileOf(key.profile).name });
    const getKey = (keyId: string) => computation.getKey(keyId);
    const sender = contributorOf(session.identity);
    const { channel } = session;
    const parts = { statistics, store, engine, getKey, channel, chaincode, sender };
    return await run(parts, store);
  }
}
