import type { Identity } from '../identity/identity.js';
import { newKeySigner } from '../identity/signer.js';
import { memberId, type MemberRoots } from '../service/members.js';
import { makeTestCa, type TestCa } from './certificates.js';

/** A member of a channel with a certificate of its own CA. */
export interface TestMember {
  readonly identity: Identity;
  /** The contracts' ID of its certificate. */
  readonly id: string;
}

/** Organisations with CAs, and people of them. */
export class TestConsortium {
  readonly #authorities = new Map<string, TestCa>();

  static async of(...mspIds: string[]): Promise<TestConsortium> {
    const consortium = new TestConsortium();
    for (const mspId of mspIds) consortium.#authorities.set(mspId, await makeTestCa(`ca ${mspId}`));
    return consortium;
  }

  get roots(): MemberRoots {
    return new Map([...this.#authorities].map(([mspId, ca]) => [mspId, [ca.certificate]]));
  }

  async member(mspId: string, name = 'physician', to?: Date): Promise<TestMember> {
    const attributes = { 'salus.role': name, 'salus.practitioner': `${name}-1` };
    const wish = { name, attributes, ...(to && { to }) };
    const issued = await this.#authorities.get(mspId)?.issue(wish);
    if (!issued) throw new Error(`no ${mspId}`);
    const { certificate, privateKeyPem } = issued;
    return {
      identity: { mspId, certificate, signer: newKeySigner(privateKeyPem) },
      id: memberId(certificate),
    };
  }
}
