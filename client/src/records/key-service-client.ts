import type { DecisionRef } from '@salus/protocol/ehr';
import type { Identity } from '../identity/identity.js';
import { ServiceClient } from '../stores/service-client.js';
import type { EmergencyKey, Rewrapped, RewrapJob } from './key-service-answers.js';

/** Speaks to an organisation's key service. */
export class KeyServiceClient {
  readonly #service: ServiceClient;

  constructor(url: string, identity: Identity, tlsRoots: readonly string[] = []) {
    this.#service = new ServiceClient(url, identity, tlsRoots);
  }

  /** The organisation's public key that the service holds the private half of. */
  async publicKey(): Promise<{ readonly mspId: string; readonly publicKey: string }> {
    return (await this.#json('GET', '/v1/key')) as { mspId: string; publicKey: string };
  }

  /**
   * Has the content key of a permitted decision sealed to the key that the decision names.
   *
   * @throws SalusError `ERR_NO_DECISION`, `ERR_CONSENT_UNPROVEN`, `ERR_KEY_ENDED`; `ERR_NOT_FOUND` where
   *   the service has no key that opens it
   */
  async rewrap(decision: DecisionRef): Promise<Rewrapped> {
    return (await this.#json('POST', '/v1/rewrap', { decision })) as Rewrapped;
  }

  /**
   * What so many custodians open a record by in an emergency that the ledger has decided on.
   *
   * @throws SalusError `ERR_NO_DECISION`, `ERR_CONSENT_UNPROVEN`
   */
  async emergencyKey(decision: DecisionRef): Promise<EmergencyKey> {
    return (await this.#json('POST', '/v1/emergency-key', { decision })) as EmergencyKey;
  }

  /** What is re-wrapped in the background: for people of the service's organisation. */
  async rewrapping(): Promise<readonly RewrapJob[]> {
    const { jobs } = (await this.#json('GET', '/v1/rewrapping')) as { jobs: RewrapJob[] };
    return jobs;
  }

  async #json(method: 'GET' | 'POST', path: string, request?: object): Promise<unknown> {
    const body = request && Buffer.from(JSON.stringify(request));
    const bytes = await this.#service.call({ method, path, ...(body && { body }) });
    return JSON.parse(bytes.toString('utf8'));
  }
}
