import { sha256Hex, type ErrorCode } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import { RecordingContract } from '@salus/testing/recording-contract';
import { ComputationClient } from '../computation/computation-client.js';
import { ClaimsClient } from './claims-client.js';

const committee = ['ValleyHospitalMSP', 'InsurerMSP', 'RegulatorMSP'];
const ciphertexts = [Buffer.from('one'), Buffer.from('two')];
const proofs = [Buffer.from('proof')];
const publicKey = Buffer.from('key');
const lines = ciphertexts.map((ciphertext) => ({
  ciphertextHash: sha256Hex(ciphertext),
  evidenceHash: sha256Hex('evidence'),
}));
const claim = {
  claimId: 'c1',
  policyId: 'p1',
  keyId: 'k1',
  epoch: 0,
  serviceHash: sha256Hex('service'),
  proofHashes: [sha256Hex('proof')],
  lines,
};
const service = { serviceDate: '2026-01-01', salt: '00'.repeat(32) };

const answers: Readonly<Record<string, unknown>> = {
  'computation:getKey': {
    profile: 'bfv-8192-proven-v1',
    committee: { members: committee, threshold: 2 },
    ceremony: { committee: { members: committee, threshold: 2 } },
  },
  getClaim: claim,
  getPolicy: { insurer: 'InsurerMSP', auditor: 'RegulatorMSP' },
};

const mspId = 'CityHospitalMSP';
const identity = {
  mspId,
  certificate: '',
  signer: { sign: () => Promise.reject(new Error('nothing is signed here')) },
};

function setUp() {
  const contract = new RecordingContract(({ transaction }) => answers[transaction] ?? {});
  const setting = { mspId: 'CityHospitalMSP', organizations: committee };
  const claims = new ClaimsClient(contract, new ComputationClient(contract, setting), {
    session: { channel: 'edge-east', mspId, identity, tlsRoots: [], contract: () => contract },
    settings: {},
    chaincode: 'claims',
  });
  return { contract, claims };
}

describe('submitting a claim', () => {
  it("sends its ciphertexts to the key's members only", async () => {
    const { contract, claims } = setUp();
    const receipt = await claims.submitClaim(claim, { ciphertexts, proofs, publicKey, service });
    expect(receipt).toMatchObject({ transactionId: 'tx1', blockNumber: 7n });
    expect(contract.submitted).toEqual([
      {
        transaction: 'submitClaim',
        request: claim,
        options: {
          args: [JSON.stringify(claim)],
          endorsingOrganizations: committee,
          transient: {
            'ciphertext.0': ciphertexts[0],
            'ciphertext.1': ciphertexts[1],
            'proof.0': proofs[0],
            publicKey,
            service: JSON.stringify(service),
          },
        },
      },
    ]);
  });

  it.each<[string, Buffer[], ErrorCode]>([
    ['fewer ciphertexts than lines', ciphertexts.slice(1), 'ERR_INVALID_ARGUMENT'],
    ['ciphertexts in another order', ciphertexts.toReversed(), 'ERR_HASH_MISMATCH'],
  ])('with %s sends nothing', async (_, wrong, code) => {
    const { contract, claims } = setUp();
    const content = { ciphertexts: wrong, proofs, publicKey, service };
    await expect(claims.submitClaim(claim, content)).rejects.toThrow(coded(code));
    expect(contract.submitted).toEqual([]);
  });
});

describe('summing a claim', () => {
  it('sends the sum computed here for every endorser to compare', async () => {
    const { contract, claims } = setUp();
    const bytes = Buffer.from('sum');
    const bound = { least: 0, most: 1, noiseBits: 19 };
    const engine = { evaluate: () => Promise.resolve({ bytes, hash: 'hash of sum', bound }) };
    const { sum } = await claims.sumClaim('c1', ciphertexts, engine);
    expect(sum).toBe(bytes);
    expect(contract.submitted[0]).toMatchObject({
      request: { claimId: 'c1', resultHash: 'hash of sum' },
      options: { endorsingOrganizations: committee },
    });
  });
});

describe('adjudicating', () => {
  it('shows what opens the totals to the insurer and its auditor only', async () => {
    const { contract, claims } = setUp();
    const [bytes = Buffer.alloc(0)] = ciphertexts;
    const partials = [{ shareId: 's0', bytes }];
    const content = { sum: Buffer.from('sum'), partials, salt: '00'.repeat(32) };
    await claims.adjudicate({ claimId: 'c1', openingId: 'o1' }, content);
    await claims.settle({ claimId: 'c1', paymentReferenceHash: sha256Hex('payment') });
    for (const { options } of contract.submitted) {
      expect(options.endorsingOrganizations).toEqual(['InsurerMSP', 'RegulatorMSP']);
    }
  });
});
