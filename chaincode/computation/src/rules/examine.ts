import { examinePartials } from '@salus/compute';
import type { CommitteeTerms, OpeningStatus, ShareHash } from '@salus/protocol/computation';
import { translating } from '../engine/engine.js';
import type { PostedHashes } from './shares.js';

/** What the posted hashes of partial openings come to. */
export interface ExaminedPartials {
  readonly status: Extract<OpeningStatus, 'COLLECTING' | 'DISPUTED' | 'RELEASABLE'>;
  /** In the order of the shares; empty unless RELEASABLE. */
  readonly agreed: readonly ShareHash[];
  readonly liars: readonly string[];
}

/**
 * Before any partial opening leaves its member, a hash for every share has to be there, which takes a
 * threshold of members. Then nobody can make an answer fit the others'. A share whose holders contradict
 * each other without a majority stops the opening.
 */
export function examine(committee: CommitteeTerms, posted: PostedHashes): ExaminedPartials {
  const flat = [...posted].flatMap(([member, hashes]) =>
    hashes.map(({ shareId, hash }) => ({ member, shareId, hash })),
  );
  const examination = translating(() => examinePartials(committee, flat));
  const { missing, disputed, liars } = examination;
  if (disputed.length > 0) return { status: 'DISPUTED', agreed: [], liars };
  if (missing.length > 0) return { status: 'COLLECTING', agreed: [], liars };
  const hashes = new Map([...examination.agreed, ...examination.unconfirmed]);
  const agreed = [...hashes].map(([shareId, hash]) => ({ shareId, hash }));
  agreed.sort((one, other) => Number(one.shareId.slice(1)) - Number(other.shareId.slice(1)));
  return { status: 'RELEASABLE', agreed, liars };
}
