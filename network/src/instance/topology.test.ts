import { instanceOf } from './instance.js';
import { loadTopology, parseTopology } from './topology.js';

test('every port of the default network is its own', () => {
  const instance = instanceOf({ home: '/nowhere', portBase: 7000 });
  const ports = instance.organizations.flatMap((each) => Object.values(each.ports).flat());
  expect(new Set(ports).size).toBe(ports.length);
});

test('the ports that portsPerOrganization adds are for chaincode servers', () => {
  const topology = { ...loadTopology(), portsPerOrganization: 50 };
  const instance = instanceOf({ home: '/nowhere', portBase: 7000, topology });
  const [, second] = instance.organizations;
  expect(second?.ports.peer).toBe(7053);
  expect(second?.ports.chaincode).toEqual(Array.from({ length: 38 }, (_, each) => 7058 + each));
  expect(second?.ports.services).toEqual([7096, 7097, 7098, 7099]);
});

test('fewer than four orderers are refused, since they tolerate no fault', () => {
  const topology = structuredClone(loadTopology());
  for (const each of topology.organizations.slice(1)) each.orderer = false;
  expect(() => parseTopology(topology)).toThrow('four organizations must run an orderer');
});

test('a domain that occurs twice is refused', () => {
  const topology = structuredClone(loadTopology());
  const [first, second] = topology.organizations;
  if (first && second) second.domain = first.domain;
  expect(() => parseTopology(topology)).toThrow('occurs twice');
});

test('a user that occurs twice in an organization is refused', () => {
  const topology = structuredClone(loadTopology());
  const [first] = topology.organizations;
  first?.users.push({ name: 'registrar', attributes: {} });
  expect(() => parseTopology(topology)).toThrow('the user registrar of CityHospital occurs twice');
});
