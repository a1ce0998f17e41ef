import type { Identity } from '@salus/client/identity';
import { storePlaces, storesByMsp } from '@salus/client/stores';
import { coded } from '@salus/testing/coded';
import { backendOf } from './backend.js';
import { FileObjects } from './file-objects.js';
import { S3Objects } from './s3-objects.js';

describe('the settings of stores', () => {
  const identity = {} as Identity;

  afterEach(() => {
    delete process.env['AWS_ACCESS_KEY_ID'];
    delete process.env['AWS_SECRET_ACCESS_KEY'];
  });

  it('name a store for each organisation', () => {
    const places = storePlaces(['AMSP=https://localhost:8443', 'B.MSP=http://h:1/x=y'], identity);
    expect(places.map(({ mspId, url }) => [mspId, url])).toEqual([
      ['AMSP', 'https://localhost:8443'],
      ['B.MSP', 'http://h:1/x=y'],
    ]);
    expect([...storesByMsp(places).keys()]).toEqual(['AMSP', 'B.MSP']);
  });

  it.each(['AMSP', '=https://h', 'AMSP=', 'AMSP=h:1', 'AMSP=file:///etc', 'A/B=https://h'])(
    'do not take %s for a store',
    (text) => {
      expect(() => storePlaces([text], identity)).toThrow(coded('ERR_INVALID_ARGUMENT'));
    },
  );

  it('say where parts are kept', () => {
    const s3 = { backend: 's3', s3Region: 'us-east-1', s3Endpoint: 'http://h', s3Bucket: 'b' };
    expect(backendOf('/home', { backend: 'file', s3Region: '' })).toBeInstanceOf(FileObjects);
    expect(() => backendOf('/home', { ...s3, backend: 'tape' })).toThrow(
      coded('ERR_INVALID_ARGUMENT'),
    );
    expect(() => backendOf('/home', s3)).toThrow(coded('ERR_SETTINGS_MISSING'));
    process.env['AWS_ACCESS_KEY_ID'] = 'a';
    process.env['AWS_SECRET_ACCESS_KEY'] = 's';
    expect(backendOf('/home', s3)).toBeInstanceOf(S3Objects);
    for (const missing of ['s3Endpoint', 's3Bucket']) {
      expect(() => backendOf('/home', { ...s3, [missing]: '' })).toThrow(
        coded('ERR_SETTINGS_MISSING'),
      );
    }
  });
});
