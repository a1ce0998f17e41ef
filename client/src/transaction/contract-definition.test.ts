import { peer } from '@hyperledger/fabric-protos';
import { SalusError } from '@salus/protocol';
import { requireContract } from './contract-definition.js';
import type { CallOptions } from './contract.js';

const clientWith = (error?: Error) => {
  const asked: string[] = [];
  const evaluate = (transaction: string, { args = [] }: CallOptions = {}) => {
    const bytes = args[0] as Uint8Array;
    const name = peer.lifecycle.QueryChaincodeDefinitionArgs.deserializeBinary(bytes).getName();
    asked.push(`${transaction} ${name}`);
    return error ? Promise.reject(error) : Promise.resolve(Buffer.alloc(0));
  };
  return { asked, client: { channel: 'edge-east', contract: () => ({ evaluate }) } };
};

describe('a contract', () => {
  it('that the channel has is no error', async () => {
    const { asked, client } = clientWith();
    await requireContract(client, 'ehr');
    expect(asked).toEqual(['QueryChaincodeDefinition ehr']);
  });

  it('that the channel has not is told by name', async () => {
    const said = 'chaincode response 404, namespace nosuch is not defined';
    const { client } = clientWith(new SalusError('ERR_ENDORSEMENT_FAILED', said));
    await expect(requireContract(client, 'nosuch')).rejects.toMatchObject({
      code: 'ERR_CHAINCODE_UNAVAILABLE',
      message: 'There is no contract nosuch on the channel edge-east',
      argument: 'contract',
    });
  });

  it('is not called missing when the asking failed', async () => {
    const { client } = clientWith(new SalusError('ERR_PEER_UNREACHABLE', 'gone'));
    await expect(requireContract(client, 'ehr')).rejects.toMatchObject({
      code: 'ERR_PEER_UNREACHABLE',
    });
  });
});
