import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { portBaseOf } from '@salus/testing/port-plan';
import { instanceOf } from '../instance/instance.js';
import { down, newChannel, up } from '../lifecycle/network.js';
import { networkStatus } from '../lifecycle/status.js';

const instance = instanceOf({
  home: path.join(mkdtempSync(path.join(tmpdir(), 'salus-cryptogen-')), 'home'),
  portBase: portBaseOf('cryptogen'),
});

beforeAll(() => up(instance, undefined, { cryptogen: true }));
afterAll(() => down(instance));

test('the network runs on identities from cryptogen, without certificate authorities', async () => {
  await newChannel(instance, 'edge-quick');
  const { state, nodes } = await networkStatus(instance);
  expect(state).toBe('running');
  expect(nodes.map((each) => each.kind).sort()).toEqual([
    ...Array<string>(4).fill('orderer'),
    ...Array<string>(5).fill('peer'),
  ]);
});

test('no identity but the peer itself can endorse, and keys are for their owner only', () => {
  const [organization] = instance.organizations;
  const { peerOrganization, chaincodeTls } = organization?.directories ?? {};
  const key = path.join(chaincodeTls ?? '', 'server.key');
  expect(statSync(key).mode & 0o077).toBe(0);
  expect(
    new X509Certificate(readFileSync(path.join(chaincodeTls ?? '', 'server.crt'))).subject,
  ).toContain('chaincode.');
  const node = path.join(
    peerOrganization ?? '',
    'peers',
    `chaincode.${organization?.domain ?? ''}`,
  );
  expect(existsSync(node)).toBe(false);
});
