import { setTimeout as sleep } from 'node:timers/promises';
import type { SignedTrail, VerifiedTrail } from '@salus/proofs';
import { SalusError } from '@salus/protocol';
import type {
  WalletAsk,
  InstitutionKind,
  GuestKind,
  PendingRequest,
  WalletAnswer,
} from '@salus/wallet';
import { fetchBytes } from '../stores/service-client.js';

const POLL_MS = 100;

/** What an institution needs to ask a wallet: handed out by the patient. */
export interface WalletInvitation {
  readonly url: string;
  readonly token: string;
  /** The TLS certificate (PEM) of the patient's device; no other is believed. */
  readonly certificate: string;
}

/** The token goes over TLS to the pinned certificate, or nowhere. */
async function call(at: WalletInvitation, path: string, body?: unknown): Promise<unknown> {
  if (!at.url.startsWith('https://')) {
    throw new SalusError('ERR_INVALID_ARGUMENT', 'A wallet is spoken to over TLS only', {
      argument: 'url',
      expected: 'an https address',
    });
  }
  const bytes = await fetchBytes(`${at.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Salus ${at.token}` },
    tlsRoots: [at.certificate],
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return JSON.parse(bytes.toString('utf8')) as unknown;
}

/**
 * Asks a patient's wallet, and waits for the patient.
 *
 * @throws SalusError `ERR_TLS_UNTRUSTED` when something else listens there; `ERR_APPROVAL_NEEDED` when the patient refused or did not answer in time
 */
export async function askWallet<A extends object = WalletAnswer>(
  at: WalletInvitation,
  request: WalletAsk,
  { timeoutMs = 120_000 }: { readonly timeoutMs?: number } = {},
): Promise<A> {
  const { id } = (await call(at, '/v1/requests', request)) as { id: string };
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return (await call(at, `/v1/requests/${id}`)) as A;
    } catch (error) {
      if (!(error instanceof SalusError) || error.code !== 'ERR_APPROVAL_PENDING') throw error;
      if (Date.now() > deadline) throw unanswered(error);
      await sleep(POLL_MS);
    }
  }
}

function unanswered(cause: SalusError): SalusError {
  return new SalusError('ERR_APPROVAL_NEEDED', 'The patient has not answered in time', { cause });
}

/** The patient's own side of the wallet. */
export class WalletOwner {
  readonly #at: WalletInvitation;

  /** @param at - the wallet's address and certificate, and the owner's token */
  constructor(at: WalletInvitation) {
    this.#at = at;
  }

  async invite(institution: string, kind: GuestKind): Promise<WalletInvitation> {
    const answer = await call(this.#at, '/v1/owner/invitations', { institution, kind });
    return { ...this.#at, token: (answer as { token: string }).token };
  }

  async requests(): Promise<readonly PendingRequest[]> {
    return (await call(this.#at, '/v1/owner/requests')) as PendingRequest[];
  }

  async decide(id: string, verdict: 'approve' | 'refuse'): Promise<void> {
    await call(this.#at, `/v1/owner/requests/${encodeURIComponent(id)}/${verdict}`, {});
  }

  /** Has the wallet sign or open something on the patient's own command. */
  async command<A extends object = WalletAnswer>(
    request: WalletAsk,
    kind: InstitutionKind = 'hospital',
  ): Promise<A> {
    return (await call(this.#at, '/v1/owner/commands', { kind, request })) as A;
  }

  /**
   * Has the wallet prove an audit trail.
   *
   * @param unseen - tell only what the owner has not seen, and count it as seen
   */
  async prove(
    trail: SignedTrail,
    { kind = 'hospital', unseen = false }: { kind?: InstitutionKind; unseen?: boolean } = {},
  ): Promise<VerifiedTrail> {
    return (await call(this.#at, '/v1/owner/trail', { kind, trail, unseen })) as VerifiedTrail;
  }
}
