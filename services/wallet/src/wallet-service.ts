import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { verifySignedTrail, signedTrail } from '@salus/proofs';
import { SalusError } from '@salus/protocol';
import {
  startService,
  type RunningService,
  type ServiceRequest,
  type ServiceTls,
} from '@salus/service-kit';
import {
  institutionRequest,
  personRequest,
  walletRequest,
  institutionKind,
  type InstitutionKind,
  invitation,
  type GuestKind,
  type Invitation,
  type PendingRequest,
  type WalletAnswer,
} from '@salus/wallet';
import { DEFAULT_KIND, type Wallet } from './wallet.js';

/** Requests that wait at most; more are refused until the patient has dealt with them. */
const MAX_PENDING = 100;
const MAX_BODY = 24 * 1024 * 1024;

/** Keeps the invitations across restarts. */
export interface InvitationBook {
  load(): Promise<readonly Invitation[]>;
  save(invitations: readonly Invitation[]): Promise<void>;
}

export interface WalletServiceOptions {
  readonly wallet: Wallet;
  readonly invitations: InvitationBook;
  /** Whoever holds it is the patient. */
  readonly ownerToken: string;
  /** The device's own, which invitations carry. */
  readonly tls: ServiceTls;
  readonly port?: number;
}

/**
 * Runs the patient's wallet on loopback, over TLS. Invited institutions ask; nothing is signed or opened for
 * them before the patient has approved that one request. The patient commands.
 */
export async function startWallet(options: WalletServiceOptions): Promise<RunningService> {
  const book = [...(await options.invitations.load())];
  const pending = new Map<string, PendingRequest>();

  const handle = async (request: ServiceRequest) => {
    const [, , area, ...rest] = request.url.pathname.split('/');
    if (area === 'owner') {
      if (!sameText(request.token, options.ownerToken)) throw refuse();
      return asOwner(request, rest);
    }
    const guest = book.find(({ tokenHash }) => sameText(tokenHash, hash(request.token)));
    if (!guest) throw refuse();
    return asGuest(request, rest, guest);
  };

  const asGuest = async (request: ServiceRequest, [id]: readonly string[], guest: Invitation) => {
    if (request.method === 'POST' && id === undefined) return ask(request.body, guest);
    const entry = find(id);
    if (entry.from !== guest.institution || entry.kind !== guest.kind) throw notFound();
    if (entry.status === 'APPROVED') return entry.answer;
    const code = entry.status === 'PENDING' ? 'ERR_APPROVAL_PENDING' : 'ERR_APPROVAL_NEEDED';
    throw new SalusError(code, `The request is ${entry.status.toLowerCase()}`);
  };

  const ask = async (body: Buffer, { institution: from, kind }: Invitation) => {
    const { wallet } = options;
    const asked = kind === 'person' ? parse(personRequest, body) : parse(institutionRequest, body);
    if ('kind' in asked && asked.kind !== undefined && asked.kind !== kind) {
      throw new SalusError('ERR_FORBIDDEN', `The invitation is for ${kind}, not ${asked.kind}`, {
        argument: 'kind',
        expected: kind,
        got: asked.kind,
      });
    }
    const waiting = [...pending.values()].filter(({ status }) => status === 'PENDING').length;
    if (waiting >= MAX_PENDING) throw new SalusError('ERR_CONFLICT', 'Too many requests wait');
    const request = await wallet.admit(asked);
    const id = randomUUID();
    const fresh: PendingRequest = { id, from, kind, request, words: [], status: 'PENDING' };
    const entry = await described(fresh);
    if (kind === 'person' && (await wallet.isAgreed(request, from))) await carryOut(entry);
    else pending.set(id, entry);
    return { id, status: find(id).status };
  };

  const asOwner = async (request: ServiceRequest, [what, id, verb]: readonly string[]) => {
    if (request.method === 'GET' && what === 'requests') return listed();
    if (what === 'requests' && verb === 'approve') return approve(find(id));
    if (what === 'requests' && verb === 'refuse') {
      const entry = find(id);
      pending.set(entry.id, { ...entry, status: 'REFUSED' });
      return { id: entry.id, status: 'REFUSED' };
    }
    if (what === 'invitations') return invite(parse(invitationRequest, request.body));
    if (what === 'commands') {
      const { kind, ...command } = parse(ownerCommand, request.body);
      return options.wallet.perform(command.request, { kind });
    }
    if (what === 'trail') return look(parse(trailLook, request.body));
    throw notFound();
  };

  /** A request with its words. Those of a recovery change with the others that wait or were agreed to. */
  const described = async (entry: PendingRequest): Promise<PendingRequest> => {
    const { from, kind, request } = entry;
    const waiting = [...pending.values()]
      .filter((one) => one.from === from && one.kind === kind && one.status === 'PENDING')
      .map((one) => one.request);
    const about = { from, kind: patientKind(kind) };
    return { ...entry, words: await options.wallet.describe(request, about, waiting) };
  };

  const isRecovery = ({ request, status }: PendingRequest) =>
    request.type === 'recover' && status === 'PENDING';

  /** All requests. One that comes or is decided meanwhile shows in the next list. */
  const listed = async () => {
    const list: PendingRequest[] = [];
    for (const entry of [...pending.values()]) {
      const told = isRecovery(entry) ? await described(entry) : entry;
      if (pending.get(entry.id) === entry) pending.set(entry.id, told);
      list.push(told);
    }
    return list;
  };

  const approve = async (entry: PendingRequest): Promise<object> => {
    if (entry.status !== 'PENDING')
      throw new SalusError('ERR_CONFLICT', 'It is dealt with already');
    if (isRecovery(entry)) await requireSameWords(entry);
    await carryOut(entry);
    return { id: entry.id, status: 'APPROVED' };
  };

  /** The owner approves what the last list said: a second request may have come since. */
  const requireSameWords = async (entry: PendingRequest): Promise<void> => {
    const now = await described(entry);
    if (now.words.join('\n') === entry.words.join('\n')) return;
    throw new SalusError('ERR_CONFLICT', 'Another request for the same person has come meanwhile', {
      argument: 'request',
      remedy: 'list the requests again, and read what they say now',
    });
  };

  const carryOut = async (entry: PendingRequest): Promise<void> => {
    const { from: name, kind, request } = entry;
    const asker = { kind: patientKind(kind), ...(kind === 'person' && { name }) };
    const answer: WalletAnswer = await options.wallet.perform(request, asker);
    pending.set(entry.id, { ...entry, status: 'APPROVED', answer });
  };

  /** Proves an audit trail; of the entries tells all, or those that the owner has not seen. */
  const look = async ({ kind, trail, unseen }: z.infer<typeof trailLook>) => {
    const { wallet } = options;
    const pseudonym = await wallet.pseudonym(kind);
    const verified = verifySignedTrail(trail, wallet.trust, { pseudonym });
    const entries = unseen ? await wallet.unseen(kind, verified.entries) : verified.entries;
    return { ...verified, entries };
  };

  const invite = async ({ institution, kind }: z.infer<typeof invitationRequest>) => {
    const token = randomBytes(32).toString('base64url');
    book.push({ institution, kind, tokenHash: hash(token) });
    await options.invitations.save(book);
    return { institution, kind, token };
  };

  const find = (id: string | undefined): PendingRequest => {
    const entry = pending.get(id ?? '');
    if (!entry) throw notFound();
    return entry;
  };

  const { port = 0, tls } = options;
  return startService(handle, { port, tls, maxBodyBytes: MAX_BODY });
}

const invitationRequest = invitation.omit({ tokenHash: true });
const ownerCommand = z.strictObject({ kind: institutionKind, request: walletRequest });
const trailLook = z.strictObject({
  kind: institutionKind,
  trail: signedTrail,
  unseen: z.boolean(),
});

/** People know the patient by no pseudonym; where one is shown to them, it is the hospitals'. */
function patientKind(kind: GuestKind): InstitutionKind {
  return kind === 'person' ? DEFAULT_KIND : kind;
}

function parse<S extends z.ZodType>(schema: S, body: Buffer): z.output<S> {
  try {
    return schema.parse(JSON.parse(body.toString('utf8')));
  } catch (cause) {
    throw new SalusError('ERR_INVALID_ARGUMENT', 'The wallet does not know such a request', {
      argument: 'request',
      cause,
    });
  }
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function sameText(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(hash(left)), Buffer.from(hash(right)));
}

function refuse(): SalusError {
  return new SalusError('ERR_REQUEST_REFUSED', 'The wallet does not know who asks', {
    remedy: 'ask the patient for an invitation',
  });
}

function notFound(): SalusError {
  return new SalusError('ERR_NOT_FOUND', 'The wallet has no such request');
}
