import type { Identity } from '../identity/identity.js';
import { ServiceClient } from '../service/service-client.js';
import type { Rewrapped } from './key-service.js';

/** Speaks to a custodian's key service. */
export class KeyServiceClient {
  readonly #service: ServiceClient;

  constructor(url: string, identity: Identity, tlsRoots: readonly string[] = []) {
    this.#service = new ServiceClient(url, identity, tlsRoots);
  }

  /** The custodian's public key, to which importers seal content keys. */
  async publicKey(): Promise<{ readonly mspId: string; readonly publicKey: string }> {
    const bytes = await this.#service.call({ method: 'GET', path: '/v1/key' });
    return JSON.parse(bytes.toString('utf8')) as { mspId: string; publicKey: string };
  }

  /**
   * Has the content key of a permitted decision sealed to the key that the decision names.
   *
   * @throws SalusError `ERR_NO_DECISION`, `ERR_CONSENT_UNPROVEN`
   */
  async rewrap(decision: string): Promise<Rewrapped> {
    const body = Buffer.from(JSON.stringify({ decision }));
    const bytes = await this.#service.call({ method: 'POST', path: '/v1/rewrap', body });
    return JSON.parse(bytes.toString('utf8')) as Rewrapped;
  }
}
