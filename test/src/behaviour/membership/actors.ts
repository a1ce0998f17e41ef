import type { Member, MembershipChange, MembershipTransactions } from '@salus/protocol/membership';
import type { ContractWorld } from '../../contract-world.js';

type Name = keyof MembershipTransactions;
type Request<N extends Name> = MembershipTransactions[N]['request'];
type Response<N extends Name> = MembershipTransactions[N]['response'];

/** Organisations whose administrators the behaviours need. */
export const CITY = 'CityHospital';
export const VALLEY = 'ValleyHospital';
export const INSURER = 'Insurer';
export const PHARMA = 'Pharma';
export const REGULATOR = 'Regulator';

const ADMINISTRATOR = 'Admin';

/** The administrators of the organisations, and what they do with the registry. */
export class Administrators {
  constructor(readonly world: ContractWorld) {}

  async submit<N extends Name>(
    organisation: string,
    transaction: N,
    request: Request<N>,
    user = ADMINISTRATOR,
  ): Promise<Response<N>> {
    const client = this.world.client(organisation, user);
    const args = [JSON.stringify(request)];
    const { result } = await client.submit('membership', transaction, { args });
    return JSON.parse(result.toString('utf8')) as Response<N>;
  }

  async evaluate<N extends Name>(
    organisation: string,
    transaction: N,
    request: Request<N>,
  ): Promise<Response<N>> {
    const client = this.world.client(organisation, ADMINISTRATOR);
    const args = [JSON.stringify(request)];
    const result = await client.evaluate('membership', transaction, { args });
    return JSON.parse(result.toString('utf8')) as Response<N>;
  }

  registry() {
    return this.evaluate(CITY, 'getRegistry', {});
  }

  async kindsOf(organisation: string): Promise<Member['kinds']> {
    const { members } = await this.registry();
    return members.find(({ mspId }) => mspId === `${organisation}MSP`)?.kinds ?? [];
  }

  /** Brings a change into force by the votes of these. */
  async decide(change: MembershipChange, first: string, ...others: string[]) {
    const { proposalId } = await this.submit(first, 'propose', { change });
    for (const each of others) await this.submit(each, 'approve', { proposalId });
    return this.evaluate(CITY, 'getProposal', { proposalId });
  }

  /** Makes an organisation what it is to be, by a majority. */
  become(organisation: string, kinds: Member['kinds']) {
    const member: Member = { mspId: `${organisation}MSP`, kinds };
    return this.decide({ action: 'register', member }, CITY, VALLEY, REGULATOR);
  }
}
