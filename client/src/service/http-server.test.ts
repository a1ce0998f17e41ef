import { makeTestCa, type Certified, type TestCa } from '../test-support/certificates.js';
import { startService, type RunningService } from './http-server.js';
import { fetchBytes } from './service-client.js';

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
