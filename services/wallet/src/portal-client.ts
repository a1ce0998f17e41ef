import { fetchBytes } from '@salus/client/stores';
import type { WalletOwner } from '@salus/client/wallet';
import { answerOf, signedAnswers, type SignedAnswers, type SignedTrail } from '@salus/proofs';
import { sha256Hex, type Page } from '@salus/protocol';
import type { AuditEntry } from '@salus/protocol/ehr';
import type { CategoryKeyDeposit, InstitutionKind } from '@salus/wallet';

const PAGE_SIZE = 100;

/** A gateway's portal for patients. */
export interface Portal {
  /** E.g. `https://gateway.cityhospital.example:8443`; requests are signed for it alone. */
  readonly origin: string;
  /** CA certificates (PEM) of the portal, where the platform doesn't know them. */
  readonly tlsRoots?: readonly string[];
}

/** What the portal did with a statement. */
export interface Relayed {
  readonly type: string;
  /** Left out where the ledger had taken it before. */
  readonly transactionId?: string;
}

/**
 * A patient's way to the ledger without an identity on it. The portal is a messenger: what it hands out the
 * wallet proves by the peers' signatures, and what it is given proves itself.
 */
export class PortalClient {
  readonly #owner: WalletOwner;
  readonly #portal: Portal;
  readonly #kind: InstitutionKind;

  constructor(owner: WalletOwner, portal: Portal, kind: InstitutionKind = 'hospital') {
    this.#owner = owner;
    this.#portal = portal;
    this.#kind = kind;
  }

  /** Relays a statement to the ledger; one that adds a key goes with its possession. */
  async relay(statement: string, beside: { readonly possession?: string } = {}): Promise<Relayed> {
    return (await this.#post('/portal/v1/statements', { statement, ...beside })) as Relayed;
  }

  /** Relays category keys to the organisation that they are for. */
  async deposit({ statement, keys }: CategoryKeyDeposit): Promise<Relayed> {
    const body = { statement, categoryKeys: keys };
    return (await this.#post('/portal/v1/statements', body)) as Relayed;
  }

  /** Relays what guardians signed for new keys. */
  async recover(request: {
    readonly pseudonym: string;
    readonly approvals: readonly string[];
    readonly possession: string;
  }): Promise<Relayed> {
    const { pseudonym, approvals, possession } = request;
    const body = { pseudonym, approvals, possession };
    return (await this.#post('/portal/v1/recoveries', body)) as Relayed;
  }

  /** The patient's audit trail, signed page by page; to be proven by the wallet. */
  async trail(): Promise<SignedTrail> {
    const pages: SignedAnswers[] = [];
    for (let bookmark = ''; ;) {
      const query = new URLSearchParams({ pageSize: String(PAGE_SIZE) });
      if (bookmark !== '') query.set('bookmark', bookmark);
      const page = signedAnswers.parse(await this.#get(`/portal/v1/audit?${query.toString()}`));
      pages.push(page);
      ({ bookmark } = answerOf(page) as Page<AuditEntry>);
      if (bookmark === '') return { type: 'SignedTrail.v1', pages };
    }
  }

  /** What the ledger has of the patient, signed. */
  async patient(): Promise<SignedAnswers> {
    return signedAnswers.parse(await this.#get('/portal/v1/patient'));
  }

  /** An organisation's HPKE key, signed. */
  async hpkeKey(mspId: string): Promise<SignedAnswers> {
    const path = `/portal/v1/hpke-keys/${encodeURIComponent(mspId)}`;
    return signedAnswers.parse(await this.#get(path));
  }

  /**
   * Waits until the portal says that something happened, or for as long as was told. What happened the trail
   * tells.
   *
   * @param since - ISO time
   */
  async wait(since: string, seconds: number): Promise<void> {
    const query = new URLSearchParams({ since, wait: String(seconds) });
    await this.#get(`/portal/v1/notifications?${query.toString()}`);
  }

  async #get(path: string): Promise<unknown> {
    const { origin, tlsRoots = [] } = this.#portal;
    const { statement = '' } = await this.#owner.command(
      { type: 'portal', origin, method: 'GET', path, bodyHash: sha256Hex('') },
      this.#kind,
    );
    const headers = { authorization: `Salus ${statement}` };
    const bytes = await fetchBytes(`${origin}${path}`, { method: 'GET', headers, tlsRoots });
    return JSON.parse(bytes.toString('utf8')) as unknown;
  }

  /** Statements prove themselves: nothing else is signed. */
  async #post(path: string, body: object): Promise<unknown> {
    const { origin, tlsRoots = [] } = this.#portal;
    const bytes = await fetchBytes(`${origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      tlsRoots,
    });
    return JSON.parse(bytes.toString('utf8')) as unknown;
  }
}
