import { setTimeout as pause } from 'node:timers/promises';
import { COMMITTEE, type CommitteeServices } from './committee-services.js';
import type { Studies } from './studies.js';
import type { Timeline } from './timeline.js';

/** Until members follow their peers, and nothing else is going on. */
const REST_MS = 3000;

/** One opening, as the ledger saw it, in milliseconds. */
export interface OpeningTimes {
  /** From the closing of the study, or from asking again, until the permission is committed. */
  readonly decisionMs: number;
  /** From the permission to the member's committed answer: of each member. */
  readonly answersMs: readonly number[];
  /** Processor time of each member until all have answered: whoever else computes does not count. */
  readonly cpuMs: readonly number[];
  /** Until enough members have answered for the result to be released. */
  readonly releasableMs: number;
  /** From the closing, or from asking again, until the publishers' rounded figures are on the ledger. */
  readonly wholeMs?: number;
}

/** Opens studies, and watches when the ledger tells of it. */
export class WatchedOpenings {
  readonly #services: CommitteeServices;
  readonly #studies: Studies;
  readonly #timeline: Timeline;

  constructor(services: CommitteeServices, studies: Studies, timeline: Timeline) {
    this.#services = services;
    this.#studies = studies;
    this.#timeline = timeline;
  }

  /** Closes a study, which asks for its opening. */
  async ofClosing(
    studyId: string,
    { isPublished = false, answering = COMMITTEE.members.length } = {},
  ): Promise<OpeningTimes> {
    await pause(REST_MS);
    const [cpu, asked] = [this.#services.cpuSeconds(), performance.now()];
    await this.#studies.close(studyId);
    const closed = await this.#timeline.after(asked, ({ name }) => name === 'StudyClosed.v1');
    const publishing = isPublished ? this.#studies.publish(studyId) : undefined;
    return this.#watch({ begun: closed, cpu, answering, publishing });
  }

  /** Asks again for what was opened in an earlier epoch and is not published. */
  async ofAskingAgain(studyId: string): Promise<OpeningTimes> {
    await pause(REST_MS);
    const [cpu, begun] = [this.#services.cpuSeconds(), performance.now()];
    const publishing = this.#studies.askAgain(studyId).then(() => this.#studies.publish(studyId));
    return this.#watch({ begun, cpu, answering: COMMITTEE.members.length, publishing });
  }

  async #watch(opening: {
    readonly begun: number;
    readonly cpu: readonly number[];
    readonly answering: number;
    readonly publishing: Promise<void> | undefined;
  }): Promise<OpeningTimes> {
    const { begun, cpu, answering, publishing } = opening;
    const [times] = await Promise.all([this.#answers(begun, cpu, answering), publishing]);
    if (!publishing) return times;
    const recorded = await this.#timeline.after(
      begun,
      ({ name }) => name === 'StudyResultRecorded.v1',
    );
    return { ...times, wholeMs: recorded - begun };
  }

  async #answers(
    begun: number,
    cpuBefore: readonly number[],
    answering: number,
  ): Promise<OpeningTimes> {
    const decided = await this.#timeline.after(begun, ({ name }) => name === 'OpeningDecided.v1');
    const answers = () =>
      this.#timeline.since(decided).filter(({ event }) => event.name === 'PartialsSubmitted.v1');
    await this.#timeline.after(decided, () => answers().length === answering);
    const cpuAfter = this.#services.cpuSeconds();
    const answersMs = answers().map(({ atMs }) => atMs - decided);
    return {
      decisionMs: decided - begun,
      answersMs,
      cpuMs: cpuAfter.map((seconds, index) => (seconds - (cpuBefore[index] ?? 0)) * 1000),
      // One member more than the threshold confirms every share.
      releasableMs: answersMs[COMMITTEE.threshold] ?? NaN,
    };
  }
}
