import path from 'node:path';
import type { Identity } from '@salus/client/identity';
import { MAX_CONTENT_BYTES, placeOf } from '@salus/client/stores';
import type { MemberSource, VerifiedMember, ErasureRequest } from '@salus/proofs';
import { DAY_MS, SalusError } from '@salus/protocol';
import {
  askersOf,
  ConsentCheck,
  startService,
  type RunningService,
  type ServiceRequest,
  type ServiceTls,
  Pins,
} from '@salus/service-kit';
import { BlobFolder } from './blob-folder.js';
import { ceremonyOf, isCeremonyOver } from './ceremony-contents.js';
import { ContentQuota, limitsOf } from './content-quota.js';
import { FileObjects } from './file-objects.js';
import type { LedgerView } from './ledger-view.js';
import { Mailbox } from './mailbox.js';
import { ObjectPartStore } from './object-part-store.js';
import type { ObjectStore } from './object-store.js';
import { PartService } from './part-service.js';
import { PassingContents, type CeremonyName } from './passing-contents.js';
import { ProofCache } from './proof-cache.js';
import { checkContentRequest } from './rules.js';
import { UPLOAD_LIMITS, UploadQuota, type UploadLimits } from './upload-quota.js';

const SWEEP_MS = 60 * 60 * 1000;
/** So long an upload may rest before it is swept. */
export const UNFINISHED_MS = DAY_MS;

export interface StoreOptions {
  /** The store's own folder. */
  readonly home: string;
  readonly channel: string;
  /** Whose store it is; signs the confirmations of erasure. */
  readonly identity: Identity;
  readonly members: MemberSource;
  readonly ledger: LedgerView;
  /** Where parts are kept: in the folder `parts` of the home unless told otherwise. */
  readonly backend?: ObjectStore;
  readonly limits?: Partial<UploadLimits>;
  readonly host?: string;
  readonly port?: number;
  /** Origin by which others reach it, where a proxy stands before it. */
  readonly publicUrl?: string;
  readonly tls?: ServiceTls;
  /** The store's clock, in milliseconds. */
  readonly clock?: () => number;
}

/** A store that runs. */
export interface RunningStore extends RunningService {
  /** Deletes uploads that were left alone for a day, and letters and contents that are not needed any more. */
  sweep(): Promise<void>;
  /**
   * Deletes the parts of a record whose erasure the own peer shows.
   *
   * @throws SalusError `ERR_NO_DECISION` where it shows none; `ERR_NOT_FOUND` where no part lies here
   */
  erase(record: ErasureRequest): Promise<void>;
}

/**
 * Runs one organisation's store. Members of the channel put parts of records, and content of computations
 * by its hash. The ledger must permit what is served, see {@link checkPartRequest} and
 * {@link checkContentRequest}.
 */
export async function startStore(options: StoreOptions): Promise<RunningStore> {
  const { home, members, ledger, clock = Date.now } = options;
  const blobs = new BlobFolder(path.join(home, 'blobs'));
  const mailbox = new Mailbox(path.join(home, 'letters'), ledger, clock);
  const parts = new ObjectPartStore(options.backend ?? new FileObjects(path.join(home, 'parts')));
  const limits = { ...UPLOAD_LIMITS, ...options.limits };
  const quota = new UploadQuota(limits, (owner) => parts.unfinishedBytes(owner));
  const contents = new ContentQuota(
    path.join(home, 'owners'),
    blobs,
    limitsOf(limits.contentBytes),
    new PassingContents(path.join(home, 'passing')),
  );
  const partService = partServiceOf(options, parts, quota);
  const askedBy = askersOf(members, clock);

  const content = async (request: ServiceRequest, hash: string, asker: VerifiedMember) => {
    const by = Object.fromEntries(request.url.searchParams);
    if (request.method === 'PUT') {
      const ceremony = await ceremonyOf(hash, by, ledger);
      await contents.put(asker.mspId, hash, request.body, ceremony);
      return undefined;
    }
    await checkContentRequest({ asker, hash, now: clock(), by }, ledger);
    return blobs.get(hash);
  };
  const letter = async (request: ServiceRequest, path: readonly string[], by: VerifiedMember) => {
    const place = placeOf(path);
    if (!place) throw nowhere();
    if (request.method === 'GET') return mailbox.get(place, by);
    await mailbox.put(place, by, request);
    return undefined;
  };
  const handle = async (request: ServiceRequest) => {
    const asked = await askedBy(request);
    const [, version, ...rest] = request.url.pathname.split('/').map(decodeURIComponent);
    const [kind, ...names] = rest;
    const [hash] = names;
    const moves = request.method === 'GET' || request.method === 'PUT';
    if (version !== 'v1') throw nowhere();
    if (moves && kind === 'content' && hash !== undefined && names.length === 1) {
      return content(request, hash, asked.asker);
    }
    if (moves && kind === 'computations') return letter(request, names, asked.asker);
    const answer = partService.answer(request, asked, rest);
    if (!answer) throw nowhere();
    return answer;
  };
  const service = await startService(handle, { ...options, maxBodyBytes: MAX_CONTENT_BYTES });
  const sweep = async () => {
    const isOver = (ceremony: CeremonyName) => isCeremonyOver(ceremony, ledger);
    await Promise.all([
      ...[mailbox.sweep(), contents.sweep(isOver)],
      parts.sweep(clock() - UNFINISHED_MS),
    ]);
    quota.forget();
  };
  // What can't be swept now is swept next time.
  const sweeping = setInterval(() => void sweep().catch(() => undefined), SWEEP_MS);
  const close = () => {
    clearInterval(sweeping);
    return service.close();
  };
  const erase = async (record: ErasureRequest) => {
    await partService.erase(record);
  };
  return { url: service.url, sweep, erase, close };
}

function partServiceOf(
  { home, ledger, channel, identity }: StoreOptions,
  parts: ObjectPartStore,
  quota: UploadQuota,
): PartService {
  const pins = new Pins(path.join(home, 'pins'));
  const consent = new ProofCache(new ConsentCheck(ledger, channel, pins));
  const judge = { mspId: identity.mspId, ledger, consent, pins };
  return new PartService({ parts, quota, judge, channel, identity });
}

function nowhere(): SalusError {
  return new SalusError('ERR_NOT_FOUND', 'The store has no such place');
}
