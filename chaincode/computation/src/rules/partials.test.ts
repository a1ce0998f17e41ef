import type { KeyRecord } from '../state/records.js';
import {
  requireEpoch,
  requireRecorder,
  requireReleasable,
  requireReported,
  requireUnrecorded,
} from './partials.js';

const failure = (code: string, details: object) =>
  expect.objectContaining({ code, ...details }) as Error;

describe('partial openings', () => {
  test('are of the epoch of the key', () => {
    const key = { epoch: 1 } as KeyRecord;
    expect(() => {
      requireEpoch(key, 1);
    }).not.toThrow();
    expect(() => {
      requireEpoch(key, 0);
    }).toThrow(
      failure('ERR_EPOCH_OUTDATED', {
        message: 'these shares are not of the epoch of the key',
        argument: 'epoch',
        expected: '1',
        got: '0',
      }),
    );
  });

  test('come before what was opened is on record', () => {
    for (const record of [undefined, { recorders: [] }]) {
      expect(() => {
        requireUnrecorded(record);
      }).not.toThrow();
    }
    for (const record of [{ openedHash: 'h' }, { noisyAt: 't' }]) {
      expect(() => {
        requireUnrecorded({ recorders: [], ...record });
      }).toThrow(
        failure('ERR_CONFLICT', {
          message: 'what was opened is on record already',
          argument: 'openingId',
        }),
      );
    }
  });

  test.each([
    [[], 'members that hold the same share answered differently'],
    [
      ['A', 'B'],
      'members that hold the same share answered differently (contradicted by other holders: A, B)',
    ],
  ])('are not taken while disputed, liars %o', (liars, message) => {
    expect(() => {
      requireReleasable({
        status: 'DISPUTED',
        liars,
        unconfirmed: ['s0'],
        agreed: [],
        unproven: [],
      });
    }).toThrow(
      failure('ERR_PARTIAL_INVALID', {
        message,
        argument: 'partial',
        expected: 'RELEASABLE',
        got: 'DISPUTED',
      }),
    );
  });

  test.each([
    ['COLLECTING', [], 'COLLECTING'],
    ['UNCONFIRMED', ['s1', 's2'], 'UNCONFIRMED: s1, s2'],
  ] as const)('are not taken while %s', (status, unconfirmed, got) => {
    expect(() => {
      requireReleasable({ status, unconfirmed, liars: [], agreed: [], unproven: [] });
    }).toThrow(
      failure('ERR_OPENING_UNCONFIRMED', {
        message:
          'too few committee members have answered to confirm each share, and no proof was shown',
        argument: 'partial',
        expected: 'RELEASABLE',
        got,
      }),
    );
  });

  test('are taken once releasable', () => {
    expect(() => {
      requireReleasable({
        status: 'RELEASABLE',
        liars: ['A'],
        unconfirmed: [],
        agreed: [],
        unproven: [],
      });
    }).not.toThrow();
  });
});

describe('the record of what was opened', () => {
  test('is made by its recorders', () => {
    expect(() => {
      requireRecorder({ recorders: ['A', 'B'] }, 'B');
    }).not.toThrow();
    expect(() => {
      requireRecorder({ recorders: ['A', 'B'] }, 'C');
    }).toThrow(
      failure('ERR_FORBIDDEN', {
        message: 'C does not record this opening',
        argument: 'caller',
        expected: 'A, B',
        got: 'C',
      }),
    );
  });

  test('is what the recorders found', () => {
    expect(() => {
      requireReported('h', 'h');
    }).not.toThrow();
    expect(() => {
      requireReported('h', 'i');
    }).toThrow(
      failure('ERR_RESULT_MISMATCH', {
        message: 'the partial openings open to other values',
        argument: 'openedHash',
        expected: 'i',
        got: 'h',
      }),
    );
  });
});
