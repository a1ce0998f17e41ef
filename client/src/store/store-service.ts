import path from 'node:path';
import { SalusError } from '@salus/chaincode-common';
import { askersOf } from '../service/askers.js';
import { ConsentCheck } from '../service/consent-check.js';
import {
  startService,
  type RunningService,
  type ServiceRequest,
  type ServiceTls,
} from '../service/http-server.js';
import type { MemberSource } from '../service/members.js';
import { Pins } from '../service/pins.js';
import { BlobFolder } from './blob-folder.js';
import type { LedgerView } from './ledger-view.js';
import { Mailbox } from './mailbox.js';
import { placeOf } from './places.js';
import { checkContentRequest } from './rules.js';

/** The largest content that a store takes. */
export const MAX_CONTENT_BYTES = 16 * 1024 * 1024;
const SWEEP_MS = 60 * 60 * 1000;

export interface StoreOptions {
  /** The store's own folder. */
  readonly home: string;
  readonly channel: string;
  readonly members: MemberSource;
  readonly ledger: LedgerView;
  readonly host?: string;
  readonly port?: number;
  readonly tls?: ServiceTls;
  /** The store's clock, in milliseconds. */
  readonly clock?: () => number;
}

/**
 * Runs one organisation's content store. Members of the channel put content by its hash; it is served
 * only as the ledger permits, see {@link checkContentRequest}.
 */
export async function startStore(options: StoreOptions): Promise<RunningService> {
  const { home, members, ledger, clock = Date.now } = options;
  const blobs = new BlobFolder(path.join(home, 'blobs'));
  const mailbox = new Mailbox(path.join(home, 'letters'), ledger, clock);
  const pins = new Pins(path.join(home, 'pins'));
  const consent = new ConsentCheck(ledger, options.channel, pins);
  const askedBy = askersOf(members, clock);

  const handle = async (request: ServiceRequest) => {
    const { asker, now } = await askedBy(request);
    const [, version, kind, ...rest] = request.url.pathname.split('/').map(decodeURIComponent);
    const reads = request.method === 'GET';
    if (version === 'v1' && kind === 'content' && rest.length === 1) {
      const [hash = ''] = rest;
      if (request.method === 'PUT') {
        await blobs.put(hash, request.body);
        await pins.matches('content', hash, asker.mspId);
        return undefined;
      }
      if (reads) {
        const by = Object.fromEntries(request.url.searchParams);
        await checkContentRequest({ ...by, asker, hash, now }, ledger, { consent, pins });
        return blobs.get(hash);
      }
    }
    const place = version === 'v1' && kind === 'computations' ? placeOf(rest) : undefined;
    if (place && reads) return mailbox.get(place, asker);
    if (place && request.method === 'PUT') {
      return mailbox.put(place, asker, request).then(() => undefined);
    }
    throw new SalusError('ERR_NOT_FOUND', 'The store has no such place');
  };
  const service = await startService(handle, { ...options, maxBodyBytes: MAX_CONTENT_BYTES });
  // What can't be swept now is swept next time.
  const sweeping = setInterval(() => void mailbox.sweep().catch(() => undefined), SWEEP_MS);
  const close = () => {
    clearInterval(sweeping);
    return service.close();
  };
  return { url: service.url, close };
}
