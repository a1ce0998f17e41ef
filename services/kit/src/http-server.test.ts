import { request } from 'node:http';
import { fetchBytes } from '@salus/client/stores';
import { makeTestCa, type Certified, type TestCa } from '@salus/testing/certificates';
import { startService, type RunningService } from './http-server.js';

const coded = (code: string) => expect.objectContaining({ code }) as Error;

describe('a service with a TLS certificate', () => {
  let authority: TestCa;
  let service: RunningService;

  const start = ({ certificate, privateKeyPem }: Certified) =>
    startService(() => Promise.resolve(Buffer.from('served')), {
      host: 'localhost',
      maxBodyBytes: 10,
      tls: { certificate: Buffer.from(certificate), key: Buffer.from(privateKeyPem) },
    });
  const fetchWith = (tlsRoots?: string[], url = service.url) =>
    fetchBytes(url, { method: 'GET', headers: {}, ...(tlsRoots && { tlsRoots }) });

  beforeAll(async () => {
    authority = await makeTestCa('tlsca');
  });

  beforeEach(async () => {
    service = await start(await authority.issue());
  });

  afterEach(() => service.close());

  it('answers a client that trusts its TLS CA', async () => {
    await expect(fetchWith([authority.certificate])).resolves.toEqual(Buffer.from('served'));
  });

  it('is not believed by a client that knows another TLS CA, or none', async () => {
    const { certificate } = await makeTestCa('tlsca');
    await expect(fetchWith([certificate])).rejects.toThrow(coded('ERR_TLS_UNTRUSTED'));
    await expect(fetchWith([])).rejects.toThrow(coded('ERR_TLS_UNTRUSTED'));
    await expect(fetchWith()).rejects.toThrow(coded('ERR_TLS_UNTRUSTED'));
  });

  it('is not believed under the name of another host', async () => {
    const other = await start(await authority.issue({ hosts: ['elsewhere.example'] }));
    try {
      await expect(fetchWith([authority.certificate], other.url)).rejects.toThrow(
        coded('ERR_TLS_UNTRUSTED'),
      );
    } finally {
      await other.close();
    }
  });

  it('answers nobody in the clear', async () => {
    const clear = service.url.replace('https:', 'http:');
    await expect(fetchWith([authority.certificate], clear)).rejects.toThrow(
      coded('ERR_SERVICE_UNREACHABLE'),
    );
  });
});

describe('a service that is asked by one of its names', () => {
  const byName = (port: number, host: string) =>
    new Promise<string>((resolve, reject) => {
      request({ port, host: '127.0.0.1', headers: { host } }, (response) => {
        response.setEncoding('utf8').on('data', resolve);
      })
        .on('error', reject)
        .end();
    });

  it.each([undefined, 'https://store.hospital.example'])('knows its own alone: %s', async (url) => {
    const { port: taken, close } = await freePort();
    await close();
    const service = await startService(({ audience }) => Promise.resolve(Buffer.from(audience)), {
      maxBodyBytes: 10,
      port: taken,
      ...(url !== undefined && { publicUrl: url }),
    });
    const first = url === undefined ? `127.0.0.1:${taken}` : 'store.hospital.example';
    try {
      expect(service.url).toBe(url ?? `http://127.0.0.1:${taken}`);
      for (const own of [first, `localhost:${taken}`, `127.0.0.1:${taken}`]) {
        expect(await byName(taken, own)).toBe(own);
      }
      expect(await byName(taken, 'store.elsewhere.example')).toBe(first);
    } finally {
      await service.close();
    }
  });
});

async function freePort() {
  const service = await startService(() => Promise.resolve(undefined), { maxBodyBytes: 10 });
  return { port: Number(new URL(service.url).port), close: () => service.close() };
}
