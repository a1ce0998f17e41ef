import { status } from '@grpc/grpc-js';
import {
  EndorseError,
  GatewayError,
  StatusCode,
  type ErrorDetail,
} from '@hyperledger/fabric-gateway';
import { SalusError } from '@salus/protocol';
import { commitFailure, nodeMessages, unwrap } from './unwrap.js';

type Properties = ConstructorParameters<typeof EndorseError>[0];

function detail(message: string, mspId = 'CityHospitalMSP'): ErrorDetail {
  return { address: 'peer0:7051', mspId, message };
}

function endorseError(message: string, details: ErrorDetail[], code: number = status.ABORTED) {
  return new EndorseError({
    message,
    details,
    code,
    transactionId: 'tx1',
    cause: {},
  } as Properties);
}

describe("the gateway's errors", () => {
  it("carry a contract's own code, text and transaction", () => {
    const error = unwrap(
      endorseError('10 ABORTED: failed to endorse transaction, see attached details', [
        detail('chaincode response 500, ERR_STATEMENT_EXPIRED: The statement expired'),
      ]),
    );
    expect(error).toMatchObject({
      code: 'ERR_STATEMENT_EXPIRED',
      message: 'The statement expired',
      transactionId: 'tx1',
    });
  });

  it.each([
    ['Expected 1 parameters, but 2 have been supplied', 'ERR_ARGUMENT_COUNT'],
    ["You've asked to invoke a function that does not exist: x", 'ERR_UNKNOWN_TRANSACTION'],
    ['Contract name is not known: x', 'ERR_UNKNOWN_CONTRACT'],
  ])('tell why a call came to no contract: %s', (message, code) => {
    const details = [detail(`chaincode response 500, ${message}`)];
    const error = unwrap(endorseError('10 ABORTED: failed to endorse transaction', details));
    expect(error).toMatchObject({ code, message, transactionId: 'tx1' });
  });

  it('keep what every node said', () => {
    const details = [detail('chaincode response 500, ERR_X_UNKNOWN: a'), detail('b', 'InsurerMSP')];
    const error = unwrap(endorseError('10 ABORTED: failed', details));
    expect(error.code).toBe('ERR_ENDORSEMENT_FAILED');
    expect(error.message).toContain('InsurerMSP (peer0:7051): b');
    expect(nodeMessages(error)).toEqual(details);
  });

  it.each([
    ['ProposalResponsePayloads do not match', status.ABORTED, 'ERR_ENDORSEMENT_MISMATCH'],
    ['creator org unknown, creator is malformed', status.UNKNOWN, 'ERR_IDENTITY_REFUSED'],
    ['anything', status.DEADLINE_EXCEEDED, 'ERR_DEADLINE_EXCEEDED'],
    ['failed to get config for channel [x]', status.UNAVAILABLE, 'ERR_CHANNEL_UNKNOWN'],
    ['size larger than 104857600', status.RESOURCE_EXHAUSTED, 'ERR_TOO_LARGE'],
    ['connection dropped', status.UNAVAILABLE, 'ERR_PEER_UNREACHABLE'],
  ])('%s (%i) becomes %s', (message, code, expected) => {
    const error = new GatewayError({
      message,
      code,
      details: [],
      cause: {},
    } as unknown as Properties);
    expect(unwrap(error).code).toBe(expected);
  });

  it('of handing over say that the transaction may still be applied', () => {
    const error = endorseError('14 UNAVAILABLE: insufficient number of orderers', []);
    error.name = 'SubmitError';
    expect(unwrap(error)).toMatchObject({
      code: 'ERR_ORDERER_UNAVAILABLE',
      transactionId: 'tx1',
      remedy: expect.stringContaining('salus transaction') as string,
    });
  });

  it('that are none stay recognisable', () => {
    const salusError = new SalusError('ERR_NOT_FOUND', 'x');
    expect(unwrap(salusError)).toBe(salusError);
    expect(unwrap(new TypeError('bug'))).toMatchObject({ code: 'ERR_INTERNAL', message: 'bug' });
  });
});

describe('a transaction that was not applied', () => {
  it.each([
    [StatusCode.MVCC_READ_CONFLICT, 'ERR_MVCC_CONFLICT'],
    [StatusCode.PHANTOM_READ_CONFLICT, 'ERR_MVCC_CONFLICT'],
    [StatusCode.ENDORSEMENT_POLICY_FAILURE, 'ERR_ENDORSEMENT_POLICY'],
    [StatusCode.BAD_RWSET, 'ERR_COMMIT_FAILED'],
    [250, 'ERR_COMMIT_FAILED'],
  ])('with validation code %i is %s', (code, expected) => {
    expect(commitFailure('tx1', code)).toMatchObject({ code: expected, transactionId: 'tx1' });
  });
});
