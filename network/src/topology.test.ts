import { instanceOf } from './instance.js';
import { loadTopology, parseTopology } from './topology.js';

test('every port of the default network is its own', () => {
  const instance = instanceOf({ home: '/nowhere', portBase: 7000 });
  const ports = instance.organizations.flatMap((each) => Object.values(each.ports).flat());
  expect(new Set(ports).size).toBe(ports.length);
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
