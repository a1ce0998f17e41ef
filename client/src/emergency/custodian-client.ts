import { z } from 'zod';
import { openSealed } from '@salus/crypto/hpke';
import type { Answer } from '@salus/crypto/threshold-kem';
import { SalusError } from '@salus/protocol';
import type { Identity } from '../identity/identity.js';
import { ServiceClient } from '../stores/service-client.js';
import { partialContext, type PartialAsked } from './partial-request.js';

const given = z.strictObject({
  custodian: z.string().max(64),
  sealedPartial: z.strictObject({ enc: z.string().max(128), ciphertext: z.string().max(1024) }),
});

/** Speaks to the service of one custodian. */
export class CustodianClient {
  /** MSP ID of the organisation that runs the service. */
  readonly custodian: string;
  readonly #service: ServiceClient;

  constructor(
    { custodian, url }: { readonly custodian: string; readonly url: string },
    identity: Identity,
    tlsRoots: readonly string[] = [],
  ) {
    this.custodian = custodian;
    this.#service = new ServiceClient(url, identity, tlsRoots);
  }

  /**
   * Asks for the custodian's part of an emergency opening. Whether it is right is for the caller to
   * check.
   *
   * @param privateKey - of the key that the decision names
   * @throws SalusError the service's own code; `ERR_PARTIAL_INVALID` for what is no answer of it
   */
  async partial(question: PartialAsked, privateKey: string): Promise<Answer> {
    const body = Buffer.from(JSON.stringify(question));
    const bytes = await this.#service.call({ method: 'POST', path: '/v1/partials', body });
    const { custodian } = this;
    try {
      const { sealedPartial } = given.parse(JSON.parse(bytes.toString('utf8')));
      const context = partialContext(custodian, question.ref);
      const partial = await openSealed(privateKey, sealedPartial, context);
      return { custodian, partial: Buffer.from(partial).toString('base64url') };
    } catch (cause) {
      throw new SalusError('ERR_PARTIAL_INVALID', `${custodian} sent what is no answer`, {
        argument: 'partial',
        got: custodian,
        cause,
      });
    }
  }
}
