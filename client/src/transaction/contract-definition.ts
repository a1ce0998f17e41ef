import { peer } from '@hyperledger/fabric-protos';
import { SalusError } from '@salus/protocol/errors';
import { nodeMessages } from '../errors/unwrap.js';
import type { Contract } from './contract.js';

/** What a client has to be able to do for {@link requireContract}. */
export interface DefinitionSource {
  readonly channel: string;
  contract(name: string): Pick<Contract, 'evaluate'>;
}

/**
 * Checks that a contract is defined on the channel: its events could otherwise be waited for in vain.
 * Asks Fabric's own `_lifecycle`, as every member may.
 *
 * @throws SalusError `ERR_CHAINCODE_UNAVAILABLE`
 */
export async function requireContract(client: DefinitionSource, name: string): Promise<void> {
  const query = new peer.lifecycle.QueryChaincodeDefinitionArgs();
  query.setName(name);
  try {
    await client
      .contract('_lifecycle')
      .evaluate('QueryChaincodeDefinition', { args: [query.serializeBinary()] });
  } catch (cause) {
    if (!isUndefinedThere(cause)) throw cause;
    throw new SalusError(
      'ERR_CHAINCODE_UNAVAILABLE',
      `There is no contract ${name} on the channel ${client.channel}`,
      {
        argument: 'contract',
        got: name,
        remedy: 'check its name; the operator lists the contracts with `network.sh cc list`',
        cause,
      },
    );
  }
}

/** In the words of the peer (core/chaincode/lifecycle): `namespace NAME is not defined`. */
function isUndefinedThere(error: unknown): boolean {
  const said = [String(error), ...nodeMessages(error).map(({ message }) => message)].join('\n');
  return /namespace .* is not defined/.test(said);
}
