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

describe('a report of noise', () => {
  const bytes = Buffer.from('partial');
  const content = { result: Buffer.from('sum'), partials: [{ shareId: 's0', bytes }] };
  const recorders = ['InsurerMSP', 'RegulatorMSP'];
  const answering = (report: () => unknown) =>
    setUp(({ transaction }) => {
      if (transaction.endsWith('getOpening')) return { recorders };
      return transaction.endsWith('reportNoise') ? report() : { status: 'RETIRED' };
    });
  const sent = (contract: RecordingContract) =>
    contract.submitted.map(({ transaction }) => transaction.replace('computation:', ''));

  it('goes to the recorders alone with what they recombine; then the key ends', async () => {
    const { contract, computation } = answering(() => ({ status: 'NOISY' }));
    const { value } = await computation.reportNoise('o1', content);
    expect(value).toEqual({ status: 'RETIRED' });
    expect(contract.submitted).toMatchObject([
      {
        request: { openingId: 'o1' },
        options: {
          endorsingOrganizations: recorders,
          transient: { result: content.result, 'partial.s0': bytes },
        },
      },
      { request: { openingId: 'o1' }, options: {} },
    ]);
    expect(contract.submitted[1]?.options).not.toHaveProperty('transient');
    expect(sent(contract)).toEqual(['reportNoise', 'endKey']);
  });

  it('is submitted again where another recorder came first', async () => {
    let times = 0;
    const { contract, computation } = answering(() => {
      times += 1;
      if (times === 1) throw new SalusError('ERR_MVCC_CONFLICT', 'came second');
      return { status: 'NOISY' };
    });
    await computation.reportNoise('o1', content);
    expect(sent(contract)).toEqual(['reportNoise', 'reportNoise', 'endKey']);
  });

  it('ends no key where the recorders find none', async () => {
    const { contract, computation } = answering(() => {
      throw new SalusError('ERR_CONFLICT', 'within the bound');
    });
    await expect(computation.reportNoise('o1', content)).rejects.toThrow(coded('ERR_CONFLICT'));
    expect(sent(contract)).toEqual(['reportNoise']);
  });
});

describe('a committee of fewer than 2t - 1 members', () => {
  const four = { members: [...members, 'CityHospitalMSP'], threshold: 3 };
  const refused = coded('ERR_COMMITTEE_INVALID', {
    message: 'a committee of which 3 open needs 5 members or more, not 4',
    argument: 'threshold',
    expected: 'at most 2 of 4 members',
    got: '3',
    remedy: expect.stringContaining('3 of 5'),
  });

  it('is refused for a key, before anything is sent', async () => {
    const { contract, computation } = setUp(() => request);
    const proposal = {
      ...{ keyId: 'k1', profile: 'bfv-8192-proven-v1', purpose: 'claims', aSeed: '00'.repeat(32) },
      ...{ validFrom: '2026-01-01T00:00:00Z', validTo: '2026-01-31T00:00:00Z', slotBudget: 1 },
    };
    await expect(computation.proposeKey({ ...proposal, ...four })).rejects.toThrow(refused);
    expect(contract.submitted).toEqual([]);
    await computation.proposeKey({ ...proposal, ...committee });
    expect(contract.submitted).toHaveLength(1);
  });

  it('is refused for a resharing, before anything is sent', async () => {
    const { contract, computation } = setUp(() => request);
    const wish = { keyId: 'k1', epoch: 1 };
    await expect(computation.proposeReshare({ ...wish, ...four })).rejects.toThrow(refused);
    expect(contract.submitted).toEqual([]);
    await computation.proposeReshare({ ...wish, ...committee });
    expect(contract.submitted).toHaveLength(1);
  });
});

describe('a complaint', () => {
  const about = { keyId: 'k1', epoch: 1 };

  it('about a package brings the letter and the key that opens it', async () => {
    const { contract, computation } = setUp(() => request);
    const bytes = Buffer.from('contribution');
    const letter = { body: 'body', token: 'token' };
    const evidence = { contributions: [{ shareId: 's0', bytes }], letter, receivingKey: 'key' };
    await computation.complain({ ...about, reason: 'SHARE_INVALID', shareId: 's0' }, evidence);
    expect(contract.submitted[0]?.options).toMatchObject({
      endorsingOrganizations: members,
      transient: {
        'contribution.s0': bytes,
        letter: JSON.stringify(letter),
        receivingKey: 'key',
      },
    });
  });

  it('about a missing share takes nothing along', async () => {
    const { contract, computation } = setUp(() => request);
    await computation.complain({ ...about, reason: 'SHARE_MISSING', shareId: 's0', from: 's1' });
    expect(contract.submitted[0]?.options).not.toHaveProperty('transient');
  });

  it('about the trial brings what the endorsers open it with', async () => {
    const { contract, computation } = setUp(() => request);
    const [publicKey, bytes] = [Buffer.from('key'), Buffer.from('partial')];
    const partials = [{ shareId: 's0', bytes }];
    await computation.complain({ ...about, reason: 'TRIAL_FAILED' }, { publicKey, partials });
    const contributions = [{ shareId: 's0', bytes }];
    await computation.complain({ ...about, reason: 'TRIAL_FAILED' }, { contributions, partials });
    expect(contract.submitted.map(({ options }) => options)).toMatchObject([
      { endorsingOrganizations: members, transient: { publicKey, 'partial.s0': bytes } },
      { transient: { 'contribution.s0': bytes, 'partial.s0': bytes } },
    ]);
  });
});
