import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeTestCa } from '@salus/testing/certificates';
import { coded } from '@salus/testing/coded';
import { connectAs, member } from '@salus/testing/running-network';
import { connect } from './connect.js';
import { loadProfile } from './connection/profile.js';
import { fileCheckpointer } from './events/checkpointer.js';
import { readMspDirectory } from './identity/msp-directory.js';
import type { SalusClient } from './salus-client.js';

const options = () => connectAs('CityHospital', 'physician');
const fresh = () => `client-${randomUUID()}`;
let client: SalusClient;

beforeAll(async () => {
  client = await connect(options());
});

afterAll(() => client.close());

describe('connecting to a peer', () => {
  it('tells a channel that no peer knows', async () => {
    await expect(connect({ ...options(), channel: 'nowhere' })).rejects.toThrow(
      coded('ERR_CHANNEL_UNKNOWN', { got: 'nowhere' }),
    );
  });

  it("tells that the peer refuses another member's certificate", async () => {
    const identity = {
      mspId: loadProfile(options().profile).mspId,
      mspDir: member('Insurer').mspDir('adjuster'),
    };
    await expect(connect({ ...options(), identity })).rejects.toThrow(
      coded('ERR_IDENTITY_REFUSED'),
    );
  });

  it('tells that the peer refuses a certificate of no member', async () => {
    const stranger = await (await makeTestCa()).issue();
    const identity = { mspId: loadProfile(options().profile).mspId, ...stranger };
    await expect(connect({ ...options(), identity })).rejects.toThrow(
      coded('ERR_IDENTITY_REFUSED'),
    );
  });

  it("tells a key that isn't the certificate's", async () => {
    const [{ certificate }, { privateKey }] = await Promise.all([
      readMspDirectory(member('CityHospital').mspDir('physician')),
      readMspDirectory(member('CityHospital').mspDir('registrar')),
    ]);
    const { mspId } = loadProfile(options().profile);
    const identity = { mspId, certificate, privateKeyPem: privateKey };
    await expect(connect({ ...options(), identity })).rejects.toThrow(coded('ERR_KEY_MISMATCH'));
  });
});

describe('a transaction', () => {
  it('is submitted, applied and found again', async () => {
    const key = fresh();
    const semantics = client.contract('semantics');
    const { transactionId, blockNumber } = await semantics.submit('put', { args: [key, 'value'] });
    await expect(semantics.evaluate('get', { args: [key] })).resolves.toEqual(Buffer.from('value'));
    await expect(client.transactionStatus(transactionId)).resolves.toEqual({
      blockNumber,
      code: 0,
    });
  });

  it('that nobody sent is not found', async () => {
    await expect(client.transactionStatus('ab'.repeat(32))).resolves.toBeUndefined();
  });

  it('is made anew after a conflict, and counted once', async () => {
    const key = fresh();
    const semantics = client.contract('semantics');
    const writers = Array.from({ length: 5 }, () =>
      semantics.submit('increment', { args: [key], retry: { attempts: 30 } }),
    );
    await Promise.all(writers);
    await expect(semantics.evaluate('get', { args: [key] })).resolves.toEqual(Buffer.from('5'));
  });

  it('whose conflicts are the business of its caller fails with the code', async () => {
    const key = fresh();
    const semantics = client.contract('semantics');
    const writers = Array.from({ length: 3 }, () =>
      semantics.submit('increment', { args: [key], retry: false }),
    );
    const outcomes = await Promise.allSettled(writers);
    const applied = outcomes.filter(({ status }) => status === 'fulfilled').length;
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toEqual(coded('ERR_MVCC_CONFLICT'));
    }
    expect(applied).toBeGreaterThan(0);
    await expect(semantics.evaluate('get', { args: [key] })).resolves.toEqual(
      Buffer.from(String(applied)),
    );
  });

  it('whose result does not come in time is looked up, and not sent again', async () => {
    await using hasty = await connect({ ...options(), deadlines: { commit: 1 } });
    const key = fresh();
    await hasty.contract('semantics').submit('increment', { args: [key] });
    await expect(client.contract('semantics').evaluate('get', { args: [key] })).resolves.toEqual(
      Buffer.from('1'),
    );
  });

  it('of a contract that is not there says so', async () => {
    await expect(client.contract('absent').submit('put')).rejects.toThrow(
      coded('ERR_CHAINCODE_UNAVAILABLE'),
    );
  });
});

describe('events', () => {
  it('go on after the last one that was dealt with', async () => {
    const semantics = client.contract('semantics');
    const file = path.join(await mkdtemp(path.join(tmpdir(), 'salus-events-')), 'checkpoint');
    const from = await client.height();
    const sent: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      sent.push((await semantics.submit('emitTwice', { args: [fresh()] })).transactionId);
    }
    const read = async (amount: number) => {
      const seen: string[] = [];
      const checkpointer = fileCheckpointer(file);
      for await (const event of client.events({ contract: 'semantics', checkpointer, from })) {
        seen.push(event.transactionId);
        if (seen.length === amount) break; // as a crash would: the last one isn't checkpointed
      }
      return seen;
    };
    await expect(read(2)).resolves.toEqual(sent.slice(0, 2));
    await expect(read(2)).resolves.toEqual(sent.slice(1));
  });
});
