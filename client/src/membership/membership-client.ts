import { membersOfKind } from '@salus/protocol/membership';
import type {
  Founding,
  Member,
  MemberKind,
  MembershipChange,
  MembershipTransactions,
  ProposalView,
  Registry,
  Revision,
} from '@salus/protocol/membership';
import type { Contract } from '../transaction/contract.js';
import { allResults } from '../transaction/pages.js';
import { TypedContract, type FacadeOptions, type Receipt } from '../transaction/typed-contract.js';

const PAGE_SIZE = 100;

/**
 * The membership registry: which organisations of the channel are hospitals, insurers, manufacturers,
 * pharmacies, overseers. A member's administrator proposes a change, a majority of the members approves it.
 *
 * Every method throws a SalusError: those of {@link Contract.submit} and {@link Contract.evaluate},
 * and of the contract `ERR_INVALID_ARGUMENT`, `ERR_FORBIDDEN`, `ERR_NOT_FOUND`, `ERR_ALREADY_EXISTS`,
 * `ERR_CONFLICT`, `ERR_NO_MEMBERSHIP`.
 */
export class MembershipClient {
  readonly #contract: TypedContract<MembershipTransactions>;

  constructor(contract: Contract) {
    this.#contract = new TypedContract(contract);
  }

  /**
   * The members in force.
   *
   * @example
   * const { members, revision } = await client.membership.registry();
   */
  registry(): Promise<Registry> {
    return this.#contract.evaluate('getRegistry', {});
  }

  /**
   * MSP IDs of the members of a kind.
   *
   * @example
   * const hospitals = await client.membership.membersOf('hospital'); // ['CityHospitalMSP', …]
   */
  async membersOf(kind: MemberKind): Promise<string[]> {
    return membersOfKind((await this.registry()).members, kind);
  }

  /**
   * Proposes a change, and thereby approves it. By the administrator of a member.
   *
   * @example
   * const { value } = await client.membership.propose({
   *   action: 'register', member: { mspId: 'HarbourHospitalMSP', kinds: ['hospital'] },
   * });
   * console.log(value.proposalId, value.needed); // others approve it by this ID
   */
  propose(change: MembershipChange, options?: FacadeOptions): Promise<Receipt<ProposalView>> {
    return this.#contract.submit('propose', { change }, options);
  }

  /**
   * Approves a proposal. By the administrator of another member; a majority brings it into force.
   *
   * @example
   * const { value } = await client.membership.approve(proposalId);
   * console.log(value.status); // OPEN or IN_FORCE
   */
  approve(proposalId: string, options?: FacadeOptions): Promise<Receipt<ProposalView>> {
    return this.#contract.submit('approve', { proposalId }, options);
  }

  /**
   * A proposal with who approved it and what became of it.
   *
   * @example
   * const { approvedBy, needed } = await client.membership.proposal(proposalId);
   */
  proposal(proposalId: string): Promise<ProposalView> {
    return this.#contract.evaluate('getProposal', { proposalId });
  }

  /**
   * All proposals there ever were, page after page.
   *
   * @example
   * for await (const { proposalId, status } of client.membership.proposals()) {
   *   console.log(proposalId, status);
   * }
   */
  proposals(): AsyncIterable<ProposalView> {
    return allResults((bookmark) =>
      this.#contract.evaluate('listProposals', { pageSize: PAGE_SIZE, bookmark }),
    );
  }

  /**
   * Every revision of the registry from its founding on, with who approved it.
   *
   * @example
   * for await (const { revision, approvedBy } of client.membership.history()) {
   *   console.log(revision, approvedBy);
   * }
   */
  history(): AsyncIterable<Revision> {
    return allResults((bookmark) =>
      this.#contract.evaluate('history', { pageSize: PAGE_SIZE, bookmark }),
    );
  }

  /**
   * Approves a first list of members for the own organisation. By its administrator.
   *
   * @example
   * await client.membership.approveFounding([{ mspId: 'CityHospitalMSP', kinds: ['hospital'] }]);
   */
  approveFounding(members: readonly Member[], options?: FacadeOptions): Promise<Receipt<Founding>> {
    return this.#contract.submit('approveFounding', { members: [...members] }, options);
  }

  /**
   * Brings a first list into force that enough organisations approved: their peers endorse it, and no
   * others do.
   *
   * @example
   * const { value } = await client.membership.found([{ mspId: 'CityHospitalMSP', kinds: ['hospital'] }]);
   * console.log(value.revision); // 1
   */
  async found(members: readonly Member[], options?: FacadeOptions): Promise<Receipt<Registry>> {
    const request = { members: [...members] };
    const { approvedBy } = await this.#contract.evaluate('getFounding', request);
    const endorsingOrganizations = [...approvedBy];
    return this.#contract.submit('found', request, { endorsingOrganizations, ...options });
  }
}
