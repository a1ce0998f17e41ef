import { SalusError, type ErrorCode } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import { RecordingContract, type RecordedCall } from '@salus/testing/recording-contract';
import { ComputationClient } from './computation-client.js';

const members = ['ValleyHospitalMSP', 'InsurerMSP', 'RegulatorMSP'];
const committee = { members, threshold: 2 };
const request = {
  evaluationId: 'e1',
  program: { name: 'sum.v1' as const },
  inputs: [],
  resultHash: '00'.repeat(32),
};
const inputs = [Buffer.from('one'), Buffer.from('two')];

function setUp(evaluate: (call: RecordedCall) => unknown) {
  const contract = new RecordingContract((call) =>
    call.transaction.endsWith('getKey') ? { committee, ceremony: { committee } } : evaluate(call),
  );
  const setting = { mspId: 'CityHospitalMSP', organizations: members };
  return { contract, computation: new ComputationClient(contract, setting) };
}

/** An endorser that refuses by a code what comes without transient data. */
function refusing(code: ErrorCode) {
  return ({ options }: RecordedCall) => {
    if (options.transient === undefined) throw new SalusError(code, 'refused');
    return request;
  };
}

describe('an evaluation', () => {
  it('sends no inputs to endorsers that have met them', async () => {
    const { contract, computation } = setUp(() => request);
    await computation.evaluate(request, { keyId: 'k1', inputs });
    expect(contract.submitted.map(({ options }) => options)).toEqual([
      { args: [JSON.stringify(request)], endorsingOrganizations: members },
    ]);
  });

  it('sends the inputs when an endorser misses one', async () => {
    const { contract, computation } = setUp(refusing('ERR_CIPHERTEXT_MISSING'));
    const { value } = await computation.evaluate(request, { keyId: 'k1', inputs });
    expect(value).toEqual(request);
    expect(contract.submitted).toHaveLength(2);
    expect(contract.submitted[1]).toMatchObject({
      request,
      options: {
        endorsingOrganizations: members,
        transient: { 'ciphertext.0': inputs[0], 'ciphertext.1': inputs[1] },
      },
    });
  });

  it('is not tried again when it is refused for another reason', async () => {
    const { contract, computation } = setUp(refusing('ERR_RESULT_MISMATCH'));
    await expect(computation.evaluate(request, { keyId: 'k1', inputs })).rejects.toThrow(
      coded('ERR_RESULT_MISMATCH'),
    );
    expect(contract.submitted).toHaveLength(1);
  });
});

describe('a request for an opening', () => {
  const asked = { evaluationId: 'e1', recipients: members };

  it('is submitted again where another one of the result came first', async () => {
    let submissions = 0;
    const { contract, computation } = setUp(() => {
      submissions += 1;
      if (submissions === 1) throw new SalusError('ERR_ENDORSEMENT_POLICY', 'came second');
      return { openingId: 'o1' };
    });
    const { value } = await computation.requestOpening(asked);
    expect(value.openingId).toBe('o1');
    expect(contract.submitted.map(({ request }) => request)).toEqual([asked, asked]);
  });

  it.each<[ErrorCode, number]>([
    ['ERR_FORBIDDEN', 1],
    ['ERR_ENDORSEMENT_POLICY', 2],
  ])('ends with %s after %i', async (code, times) => {
    const { contract, computation } = setUp(() => {
      throw new SalusError(code, 'refused');
    });
    await expect(computation.requestOpening(asked)).rejects.toThrow(coded(code));
    expect(contract.submitted).toHaveLength(times);
  });
});
