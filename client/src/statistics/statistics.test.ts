import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ComputeError, profileOf, type Engine } from '@salus/compute';
import { hashOf, SalusError, sha256Hex, type ErrorCode } from '@salus/protocol';
import type { CollectiveKey, Opening } from '@salus/protocol/computation';
import type { Study, StudyResult, StudyTerms } from '@salus/protocol/statistics';
import { coded } from '@salus/testing/coded';
import { RecordingContract } from '@salus/testing/recording-contract';
import { contributeFigure, joinWithFigure, packFigure, type JoiningFigure } from './contribute.js';
import { keepFigure, keptFigure } from './kept-figures.js';
import { positionOf, readFigure } from './position.js';
import { isOpenedFirst, isToBeClosed, secureContributions } from './publish.js';
import { StatisticsClient } from './statistics-client.js';

const terms: StudyTerms = {
  studyId: 'cost.q1',
  keyId: 'k1',
  measure: 'cost',
  period: '2026-Q1',
  unit: { code: 'USD', decimals: 2 },
  range: { least: 0, most: 1000_00 },
  kind: { name: 'mean-variance' },
  minimumCohort: 6,
  minimumOfOthers: 5,
  coalition: 1,
  step: 100,
  publishers: ['InsurerMSP', 'RegulatorMSP'],
  committee: { members: ['InsurerMSP', 'RegulatorMSP', 'ValleyHospitalMSP'], threshold: 2 },
  publicKeyHash: 'p'.repeat(64),
  deadline: '2026-06-01T00:00:00Z',
};
const result: StudyResult = {
  studyId: 'cost.q1',
  openingId: 'o1',
  unit: terms.unit,
  count: 8,
  step: 1,
  mean: 5,
  variance: 4,
  standardDeviation: 2,
};
const profile = profileOf('bfv-8192-sum-v1');

describe("an institution's own position", () => {
  it('is its distance from the mean in standard deviations', () => {
    expect(positionOf(result, 9)).toEqual({ studyId: 'cost.q1', zScore: 2 });
    expect(positionOf(result, 4.5)).toEqual({ studyId: 'cost.q1', zScore: -0.25 });
  });

  it('has a percentile where the bins were published', () => {
    const histogram = { edges: [4_00, 6_00], counts: [1, 5, 2] };
    expect(positionOf({ ...result, histogram }, 7)).toMatchObject({ percentile: 87.5 });
    expect(positionOf({ ...result, histogram }, 4)).toMatchObject({ percentile: 43.75 });
  });

  it('needs a number', () => {
    for (const text of ['', '1,5', '1e3', 'NaN', '--1', '1.']) {
      expect(() => positionOf(result, readFigure(text))).toThrow(coded('ERR_VALUE_OUT_OF_RANGE'));
    }
    expect(readFigure('-12.50')).toBe(-12.5);
  });
});

describe('joining', () => {
  const aSeed = '07'.repeat(32);
  const key = { ...terms, profile: 'bfv-8192-sum-v1', aSeed } as unknown as CollectiveKey;
  /** A committee made the public key of this seed. */
  const checkPublicKey = ({ seed }: { readonly seed: Uint8Array }) =>
    Buffer.from(aSeed, 'hex').equals(seed)
      ? Promise.resolve('h')
      : Promise.reject(new ComputeError('ERR_PUBLIC_KEY_INVALID', 'another polynomial'));
  const expected = {
    studyId: 'cost.q1',
    termsHash: hashOf(terms),
    committee: { members: ['ValleyHospitalMSP', 'InsurerMSP', 'RegulatorMSP'], threshold: 2 },
    figure: 2.5,
  };
  const joining = (change: Partial<JoiningFigure>, told: Partial<StudyTerms> = {}, held = key) => {
    const contract = new RecordingContract(() => ({ terms: { ...terms, ...told } }));
    const statistics = new StatisticsClient(contract, {
      withCommittee: () => Promise.reject(new Error('not asked')),
    });
    const fetched: string[] = [];
    const parts = {
      statistics,
      chaincode: 'statistics',
      getKey: () => Promise.resolve(held),
      channel: 'edge-east',
      sender: { mspId: 'CityHospitalMSP', id: 'x' },
      store: {
        put: () => Promise.reject(new Error('nothing is kept in a store')),
        get: (hash: string) => {
          fetched.push(hash);
          return Promise.resolve(Buffer.from('key'));
        },
      },
      engine: {
        checkPublicKey,
        encryptProven: () =>
          Promise.resolve({
            ciphertexts: [{ bytes: Buffer.from('ciphertext'), hash: 'h' }],
            proof: { bytes: Buffer.from('proof'), hash: 'p' },
          }),
      } as unknown as Engine,
    };
    const keep = jest.fn(() => Promise.resolve());
    const joined = joinWithFigure(parts, { ...expected, ...change }, keep);
    return { contract, fetched, keep, joined };
  };

  it('encrypts under the key of the terms that the institution expects', async () => {
    const { contract, fetched, keep, joined } = joining({});
    await joined;
    expect(fetched).toEqual([terms.publicKeyHash]);
    expect(keep).toHaveBeenCalledTimes(1);
    expect(contract.submitted).toMatchObject([
      { transaction: 'joinStudy', request: { termsHash: expected.termsHash, ciphertextHash: 'h' } },
    ]);
  });

  it('submits nothing under a public key whose common polynomial is not that of the seed', async () => {
    const { contract, keep, joined } = joining({}, {}, { ...key, aSeed: '08'.repeat(32) });
    await expect(joined).rejects.toThrow('another polynomial');
    expect(contract.submitted).toEqual([]);
    expect(keep).not.toHaveBeenCalled();
  });

  const two = ['CityHospitalMSP', 'ValleyHospitalMSP'];
  const other = { members: two, threshold: 2 };
  it.each<[string, Partial<JoiningFigure>, Partial<StudyTerms>, Partial<CollectiveKey>, string]>([
    ['a peer tells other terms', {}, { step: 200 }, {}, 'ERR_HASH_MISMATCH'],
    ['others hold the key', { committee: other }, {}, {}, 'ERR_CONFLICT'],
    ['fewer open it', { committee: { ...terms.committee, threshold: 3 } }, {}, {}, 'ERR_CONFLICT'],
    ['the key was given to others', {}, {}, { committee: other }, 'ERR_CONFLICT'],
    ['a peer tells another key', {}, {}, { publicKeyHash: 'q'.repeat(64) }, 'ERR_CONFLICT'],
  ])('encrypts nothing where %s', async (_, change, told, held, code) => {
    const { contract, fetched, keep, joined } = joining(change, told, { ...key, ...held });
    await expect(joined).rejects.toThrow(coded(code as ErrorCode));
    expect([fetched, contract.submitted]).toEqual([[], []]);
    expect(keep).not.toHaveBeenCalled();
  });
});

describe('a figure', () => {
  it('is packed with its square, in whole numbers of the unit', () => {
    expect(packFigure(terms, profile, 2.5)).toEqual([250, 62_500, 0]);
  });

  it('has a one in its bin where all agreed to that', () => {
    const kind = { name: 'histogram' as const, edges: [100, 200, 300] };
    expect(packFigure({ ...terms, kind }, profile, 2.5).slice(3)).toEqual([0, 0, 1, 0]);
  });

  it('is within the range of the study, and is not told when it is not', () => {
    for (const figure of [-0.01, 1000.01]) {
      expect(() => packFigure(terms, profile, figure)).toThrow(
        coded('ERR_VALUE_OUT_OF_RANGE', { got: undefined }),
      );
    }
  });
});

describe('the façade', () => {
  const committee = ['ValleyHospitalMSP', 'InsurerMSP', 'RegulatorMSP'];
  const setUp = (status = 'CONTRIBUTING') => {
    const contract = new RecordingContract(() => ({ terms, status }));
    const statistics = new StatisticsClient(contract, {
      withCommittee: (_, submit) => submit(committee),
    });
    return { contract, statistics };
  };
  const bytes = Buffer.from('ciphertext');
  const publicKey = Buffer.from('key');
  const proof = { bytes: Buffer.from('proof'), hash: 'p' };
  const figure = { bytes, hash: 'h', proof };

  it('has ciphertexts endorsed by members of the committee', async () => {
    const { contract, statistics } = setUp();
    await statistics.contribute('cost.q1', { ...figure, publicKey });
    await statistics.closeStudy({ terms }, { resultHash: 'r', ciphertexts: [bytes] });
    expect(contract.submitted).toMatchObject([
      {
        transaction: 'contribute',
        request: { studyId: 'cost.q1', ciphertextHash: 'h', proofHash: 'p' },
        options: {
          endorsingOrganizations: committee,
          transient: { ciphertext: bytes, proof: proof.bytes, publicKey },
        },
      },
      {
        transaction: 'closeStudy',
        request: { studyId: 'cost.q1', resultHash: 'r' },
        options: { endorsingOrganizations: committee, transient: { 'ciphertext.0': bytes } },
      },
    ]);
  });

  it('shows neither endorsers nor store a contribution while institutions may join', async () => {
    const { contract, statistics } = setUp('JOINING');
    await expect(statistics.contribute('cost.q1', { ...figure, publicKey })).rejects.toThrow(
      coded('ERR_CONFLICT'),
    );
    const put = jest.fn<Promise<string>, []>();
    const store = { put, get: () => Promise.reject(new Error('nothing is read')) };
    const getKey = () => Promise.reject(new Error('no key is read'));
    const parts = { statistics, store, getKey, chaincode: 'statistics' };
    await expect(contributeFigure(parts, 'cost.q1', figure)).rejects.toThrow(coded('ERR_CONFLICT'));
    expect(put).not.toHaveBeenCalled();
    expect(contract.submitted).toEqual([]);
  });

  it('shows what opens the result to the recipients only', async () => {
    const { contract, statistics } = setUp();
    const recorders = ['InsurerMSP', 'RegulatorMSP'];
    const opened = {
      opening: { recorders } as unknown as Opening,
      result: bytes,
      partials: [{ shareId: 's0', bytes }],
    };
    await statistics.recordResult('cost.q1', opened, '00');
    expect(contract.submitted[0]?.options).toMatchObject({
      endorsingOrganizations: recorders,
      transient: { result: bytes, 'partial.s0': bytes, salt: '00' },
    });
  });
});

describe('what a study was joined with', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'salus-figures-'));
  });
  afterEach(async () => {
    await rm(home, { recursive: true });
  });

  it('is kept in the home, readable by its owner only, and found by what the ledger says', async () => {
    const hash = 'a'.repeat(64);
    const bytes = Buffer.from('ciphertext');
    const proof = { bytes: Buffer.from('proof'), hash: sha256Hex(Buffer.from('proof')) };
    await keepFigure(home, { bytes, hash, proof });
    await keepFigure(home, { bytes: Buffer.from('of an attempt'), hash: 'b'.repeat(64), proof });
    const file = await stat(path.join(home, 'contributions', hash));
    expect(file.mode & 0o777).toBe(0o600);
    const participants = ['c', 'a'].map((one) => ({
      mspId: 'AMSP',
      institution: one,
      joinedAt: '',
      committed: one.repeat(64),
    }));
    expect(await keptFigure(home, { participants }, 'AMSP')).toEqual({ bytes, hash, proof });
    await expect(keptFigure(home, { participants }, 'BMSP')).rejects.toThrow(
      coded('ERR_NOT_FOUND'),
    );
  });
});

describe('the contributions to a study', () => {
  const participants = ['north', 'south', 'west'].map((institution) => ({
    mspId: 'AMSP',
    institution,
    joinedAt: '',
    committed: institution,
    ...(institution !== 'west' && {
      contribution: {
        ciphertextHash: `of ${institution}`,
        proofHash: `proof of ${institution}`,
        by: '',
        at: '',
      },
    }),
  }));
  const secured = (lacking: string[], code: ErrorCode = 'ERR_NOT_FOUND') => {
    const put: string[] = [];
    const asked: unknown[] = [];
    const store = {
      get: (hash: string, permission: unknown) => {
        asked.push(permission);
        return lacking.includes(hash)
          ? Promise.reject(new SalusError(code, 'none'))
          : Promise.resolve(Buffer.from(hash));
      },
      put: (bytes: Uint8Array) => {
        put.push(Buffer.from(bytes).toString());
        return Promise.resolve('');
      },
    };
    const securing = secureContributions(
      { store, chaincode: 'statistics' },
      { terms, participants },
    );
    return { securing, put, asked };
  };

  it('are left at every store with their proofs, before the cohort is frozen', async () => {
    const { securing, put, asked } = secured([]);
    expect((await securing).map(String)).toEqual(['of north', 'of south']);
    expect(put).toEqual(['proof of north', 'of north', 'proof of south', 'of south']);
    expect(new Set(asked.map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify({ chaincode: 'statistics', study: 'cost.q1' })]),
    );
    const due = [
      'JOINING',
      'CONTRIBUTING',
      'CLOSED',
      'FROZEN',
      'PUBLISHED',
      'IMPLAUSIBLE',
    ] as const;
    expect(due.filter((status) => isOpenedFirst({ status }))).toEqual(due.slice(0, 3));
  });

  it.each<[string, string, ErrorCode]>([
    ['proof', 'proof of south', 'ERR_NOT_FOUND'],
    ['ciphertext', 'of south', 'ERR_HASH_MISMATCH'],
  ])('name the institution that keeps its %s back', async (what, hash, code) => {
    await expect(secured([hash], code).securing).rejects.toThrow(
      coded('ERR_NOT_FOUND', {
        message: `No store has the ${what} that south of AMSP contributed`,
        expected: `the ${what} of south of AMSP`,
      }),
    );
  });

  it('blame nobody where the stores refuse the asker', async () => {
    const { securing } = secured(['of south'], 'ERR_NO_DECISION');
    await expect(securing).rejects.toThrow(coded('ERR_NO_DECISION'));
  });
});

describe('the evaluation of a study', () => {
  const contribution = (hash: string) => ({ ciphertextHash: hash, by: '', at: '' });
  const member = { mspId: 'AMSP', institution: 'north' };
  const joined = { ...member, joinedAt: '', committed: 'c1' };
  const study = {
    status: 'CLOSED',
    cohort: [{ ...member, ciphertextHash: 'c1' }],
    participants: [{ ...joined, contribution: contribution('c1') }],
  } as unknown as Study;

  it('happens once, and only while there is none', () => {
    expect(isToBeClosed({ ...study, status: 'JOINING' })).toBe(true);
    expect(isToBeClosed({ ...study, status: 'CONTRIBUTING' })).toBe(true);
    expect(isToBeClosed(study)).toBe(false);
  });

  it('is repeated where somebody of the cohort dropped out since, until the cohort is frozen', () => {
    const without = { ...study, participants: [joined] };
    expect(isToBeClosed(without)).toBe(true);
    expect(isToBeClosed({ ...without, status: 'FROZEN' })).toBe(false);
  });
});
