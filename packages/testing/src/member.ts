import { type Identity, newKeySigner } from '@salus/client/identity';
import { readAuthorities, type Authorities, memberId, type MemberRoots } from '@salus/proofs';
import { makeTestCa, type TestCa } from './certificates.js';
import { channelConfig } from './channel-config.js';

/** A member of a channel with a certificate of its own CA. */
export interface TestMember {
  readonly identity: Identity;
  /** The contracts' ID of its certificate. */
  readonly id: string;
  readonly privateKeyPem: string;
}

/** Organisations with CAs, and people of them. */
export class TestConsortium {
  readonly #authorities = new Map<string, TestCa>();
  readonly #lists = new Map<string, string[]>();

  static async of(...mspIds: string[]): Promise<TestConsortium> {
    const consortium = new TestConsortium();
    for (const mspId of mspIds) consortium.#authorities.set(mspId, await makeTestCa(`ca ${mspId}`));
    return consortium;
  }

  /** What the channel's configuration says now. */
  readonly members = (): Promise<MemberRoots> => {
    const members = new Map<string, Authorities>();
    for (const [mspId, ca] of this.#authorities) {
      members.set(mspId, readAuthorities([ca.certificate], this.#lists.get(mspId)));
    }
    return Promise.resolve(members);
  };

  /** The same as a peer's `cscc` answers it. */
  configuration(): Uint8Array {
    const organisations = [...this.#authorities].map(([mspId, { certificate: root }]) => {
      return { mspId, root, revocationLists: this.#lists.get(mspId) ?? [] };
    });
    return channelConfig(organisations).serializeBinary();
  }

  /** Has the organisation's CA revoke a member's certificate. */
  async revoke({ identity: { mspId, certificate } }: TestMember): Promise<void> {
    const list = await this.#authorities.get(mspId)?.revoke(certificate);
    if (list === undefined) throw new Error(`no ${mspId}`);
    this.#lists.set(mspId, [...(this.#lists.get(mspId) ?? []), list]);
  }

  async member(mspId: string, name = 'physician', to?: Date): Promise<TestMember> {
    const attributes = { 'salus.role': name, 'salus.practitioner': `${name}-1` };
    return this.issue(mspId, { name, attributes, ...(to && { to }) });
  }

  /** A certificate with the given attributes. */
  async issue(mspId: string, wish: Parameters<TestCa['issue']>[0]): Promise<TestMember> {
    const issued = await this.#authorities.get(mspId)?.issue(wish);
    if (!issued) throw new Error(`no ${mspId}`);
    const { certificate, privateKeyPem } = issued;
    return {
      identity: { mspId, certificate, signer: newKeySigner(privateKeyPem) },
      id: memberId(certificate),
      privateKeyPem,
    };
  }
}
