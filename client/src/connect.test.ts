import net from 'node:net';
import { status, type ServiceError } from '@grpc/grpc-js';
import { common } from '@hyperledger/fabric-protos';
import type { ErrorCode } from '@salus/protocol';
import { makeTestCa, type Certified, type TestCa } from '@salus/testing/certificates';
import { coded } from '@salus/testing/coded';
import { startFakeGateway, type FakeGateway } from '@salus/testing/fake-gateway';
import { connect, connectNetwork } from './connect.js';

const channel = 'edge-east';
/** Where no test listens: not a port that the system gives away. */
const NOBODY = 'localhost:1';
const running: FakeGateway[] = [];
let ca: TestCa;
let identity: Certified & { mspId: string };

beforeAll(async () => {
  ca = await makeTestCa();
  identity = { mspId: 'CityHospitalMSP', ...(await ca.issue()) };
});

afterEach(() => {
  for (const gateway of running.splice(0)) gateway.stop();
});

async function start(
  ...rest: Parameters<typeof startFakeGateway> extends [unknown, ...infer R] ? R : never
) {
  const gateway = await startFakeGateway(await ca.issue(), ...rest);
  running.push(gateway);
  return gateway;
}

function profileOf(own: string, other?: string, pem = ca.certificate) {
  const peer = (address: string) => ({ url: `grpcs://${address}`, tlsCACerts: { pem } });
  return {
    client: { organization: 'CityHospital' },
    organizations: {
      CityHospital: { mspid: 'CityHospitalMSP', peers: ['own'] },
      ...(other !== undefined && { Insurer: { mspid: 'InsurerMSP', peers: ['other'] } }),
    },
    peers: { own: peer(own), ...(other !== undefined && { other: peer(other) }) },
  };
}

/** Longer than a test may take: it is not what ends an attempt. */
const deadlines = { connect: 600_000 };

describe('connecting', () => {
  it("calls on the own organisation's peer", async () => {
    const [own, other] = await Promise.all([start(), start()]);
    await using client = await connect({
      profile: profileOf(own.address, other.address),
      identity,
      channel,
    });
    expect(client.servedBy).toBe('own');
    expect(own.calls).toEqual(['GetChainInfo']);
    expect(other.calls).toEqual([]);
  });

  it('tells at once that nothing listens', async () => {
    const refused = connect({ profile: profileOf(NOBODY), identity, channel, deadlines });
    await expect(refused).rejects.toThrow(coded('ERR_PEER_UNREACHABLE'));
    await expect(refused).rejects.toThrow(/nothing listens there/);
  });

  it('tells that a peer does not answer', async () => {
    const silent = net.createServer((socket) => socket.resume()).listen(0, 'localhost');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as net.AddressInfo;
    const profile = profileOf(`localhost:${port}`);
    await expect(
      connect({ profile, identity, channel, deadlines: { connect: 200 } }),
    ).rejects.toThrow(/does not answer/);
    silent.close();
  });

  it('tells a peer of another certificate authority', async () => {
    const own = await start();
    const foreign = await makeTestCa('Foreign CA');
    const profile = profileOf(own.address, undefined, foreign.certificate);
    await expect(connect({ profile, identity, channel, deadlines })).rejects.toThrow(
      coded('ERR_TLS_UNTRUSTED'),
    );
  });

  it('tells an expired TLS certificate', async () => {
    const expired = await ca.issue({ to: new Date(Date.now() - 1_000) });
    const own = await startFakeGateway(expired);
    running.push(own);
    await expect(
      connect({ profile: profileOf(own.address), identity, channel, deadlines }),
    ).rejects.toThrow(coded('ERR_TLS_CERTIFICATE_EXPIRED'));
  });

  it('tells a TLS certificate for another host', async () => {
    const elsewhere = await ca.issue({ hosts: ['elsewhere.example'] });
    const own = await startFakeGateway(elsewhere);
    running.push(own);
    await expect(
      connect({ profile: profileOf(own.address), identity, channel, deadlines }),
    ).rejects.toThrow(coded('ERR_TLS_UNTRUSTED'));
  });

  it('sends nothing for an identity that has expired', async () => {
    const own = await start();
    const expired = await ca.issue({ to: new Date(Date.now() - 1_000) });
    await expect(
      connect({
        profile: profileOf(own.address),
        identity: { mspId: 'CityHospitalMSP', ...expired },
        channel,
      }),
    ).rejects.toThrow(coded('ERR_IDENTITY_EXPIRED'));
    expect(own.calls).toEqual([]);
  });
});

describe('a network', () => {
  it('serves several channels by one connection, which outlives each of them', async () => {
    const own = await start();
    await using network = await connectNetwork({ profile: profileOf(own.address), identity });
    expect(own.calls).toEqual([]);
    const [east, west] = ['edge-east', 'edge-west'].map((name) => network.channel(name));
    expect([east?.channel, west?.channel]).toEqual(['edge-east', 'edge-west']);
    await east?.height();
    east?.close();
    await west?.height();
    expect(own.calls).toEqual(['GetChainInfo', 'GetChainInfo']);
    expect(network.servedBy).toBe('own');
    network.close();
    await expect(west?.height()).rejects.toThrow(coded('ERR_CLIENT_CLOSED'));
  });

  it('is refused where no peer can be reached', async () => {
    const profile = profileOf(NOBODY);
    await expect(connectNetwork({ profile, identity })).rejects.toThrow(
      coded('ERR_PEER_UNREACHABLE'),
    );
  });
});

describe('with the own peer away', () => {
  it("uses the profile's next peer, unless told not to", async () => {
    const other = await start();
    const profile = profileOf(NOBODY, other.address);
    await using client = await connect({ profile, identity, channel });
    expect(client.servedBy).toBe('other');
    await expect(connect({ profile, identity, channel, failover: false })).rejects.toThrow(
      coded('ERR_PEER_UNREACHABLE'),
    );
  });

  it('moves on when the peer is lost between two calls', async () => {
    const [own, other] = await Promise.all([start(), start()]);
    await using client = await connect({
      profile: profileOf(own.address, other.address),
      identity,
      channel,
    });
    own.stop();
    await client.contract('ehr').evaluate('getRecord', { args: ['{}'] });
    expect(other.calls).toEqual(['getRecord']);
    expect(client.servedBy).toBe('other');
  });

  it('returns when the own peer is back', async () => {
    const [own, other] = await Promise.all([start(), start()]);
    const profile = profileOf(own.address, other.address);
    await using client = await connect({ profile, identity, channel });
    own.stop();
    await client.height();
    const port = Number(own.address.split(':')[1]);
    const back = await start(undefined, port);
    const later = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 6_000);
    await client.height();
    later.mockRestore();
    while (client.servedBy !== 'own') await new Promise((resolve) => setTimeout(resolve, 10));
    await client.height();
    expect(back.calls.length).toBeGreaterThan(0);
  });

  it('asks the next peer when the own one has not heard of the others yet', async () => {
    const own = await start((name) => {
      if (name === 'GetChainInfo') return new common.BlockchainInfo().serializeBinary();
      const message = 'no peers available to evaluate chaincode ehr in channel edge-east';
      throw Object.assign(new Error(message), { code: status.FAILED_PRECONDITION });
    });
    const other = await start();
    const profile = profileOf(own.address, other.address);
    await using client = await connect({ profile, identity, channel });
    await client.contract('ehr').evaluate('getRecord');
    expect(other.calls).toEqual(['getRecord']);
    expect(client.servedBy).toBe('own');
    await using alone = await connect({ profile, identity, channel, failover: false });
    await expect(alone.contract('ehr').evaluate('getRecord')).rejects.toThrow(
      coded('ERR_CHAINCODE_UNAVAILABLE'),
    );
  });

  it('lets no other organisation answer a query where there is no failover', async () => {
    const answering = new Map<string, readonly string[]>();
    const own = await start((name, organisations) => {
      answering.set(name, organisations);
      return new common.BlockchainInfo().serializeBinary();
    });
    const profile = profileOf(own.address, NOBODY);
    await using alone = await connect({ profile, identity, channel, failover: false });
    await alone.contract('ehr').evaluate('listCopies');
    await alone.transactionStatus('a1');
    expect([...answering.keys()].sort()).toEqual([
      'GetBlockByTxID',
      'GetChainInfo',
      'GetTransactionByID',
      'listCopies',
    ]);
    for (const organisations of answering.values()) {
      expect(organisations).toEqual(['CityHospitalMSP']);
    }
    await using client = await connect({ profile, identity, channel });
    await client.contract('ehr').evaluate('listCopies');
    expect(answering.get('listCopies')).toEqual([]);
  });

  it("never shows transient data to another organisation that isn't named", async () => {
    const other = await start();
    const profile = profileOf(NOBODY, other.address);
    await using client = await connect({ profile, identity, channel });
    const transient = { details: 'secret' };
    const ehr = client.contract('ehr');
    await expect(ehr.evaluate('depositDetails', { transient })).rejects.toThrow(
      coded('ERR_PEER_UNREACHABLE'),
    );
    expect(other.calls).not.toContain('depositDetails');
    await ehr.evaluate('depositDetails', { transient, endorsingOrganizations: ['InsurerMSP'] });
    expect(other.calls).toContain('depositDetails');
  });
});

describe('errors of a peer', () => {
  it.each<[string, ErrorCode]>([
    ['chaincode response 500, ERR_NOT_FOUND: There is no record r1', 'ERR_NOT_FOUND'],
    [
      'error validating proposal: access denied: channel [x] creator org unknown',
      'ERR_IDENTITY_REFUSED',
    ],
  ])('become coded ones: %s', async (message, code) => {
    const own = await start((name) => {
      if (name === 'GetChainInfo') return new common.BlockchainInfo().serializeBinary();
      throw Object.assign(new Error(message), { code: status.UNKNOWN }) as ServiceError;
    });
    await using client = await connect({ profile: profileOf(own.address), identity, channel });
    await expect(client.contract('ehr').evaluate('getRecord')).rejects.toThrow(coded(code));
  });
});
