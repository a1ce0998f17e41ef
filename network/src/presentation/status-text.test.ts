import { stripVTControlCharacters } from 'node:util';
import type { NetworkStatus, NodeStatus } from '../lifecycle/status.js';
import { doctorText } from './doctor-text.js';
import { statusText } from './status-text.js';

const SINCE = '2026-11-28T10:00:00.000Z';

function node(organization: string, name: string, more: Partial<NodeStatus> = {}): NodeStatus {
  const well = { condition: 'healthy', pid: 7, since: SINCE, restarts: 0 } as const;
  return { node: `${name}.${organization}`, organization, kind: 'peer', ...well, ...more };
}

const { pid: _, since: __, ...ended } = node('Insurer', 'peer1');
const lastExit = { code: null, signal: 'SIGKILL', at: SINCE };
const dead = { ...ended, condition: 'dead', restarts: 2, lastExit, remedy: 'restart it' } as const;
const network: NetworkStatus = {
  home: '/srv/salus',
  state: 'degraded',
  supervisors: [
    { organization: 'CityHospital', state: 'running' },
    { organization: 'Insurer', state: 'gone' },
  ],
  nodes: [
    node('CityHospital', 'peer0'),
    node('CityHospital', 'orderer0'),
    node('Insurer', 'peer0'),
    dead,
  ],
  remedy: 'network.sh start',
};

const linesOf = (text: string) => stripVTControlCharacters(text).split('\n');

describe('the status as text', () => {
  it('tells the network, then each organisation in a line, and in full what is not well', () => {
    expect(linesOf(statusText(network, { wide: false }))).toEqual([
      'degraded: 3 of 4 nodes are healthy, in 2 organisations -> network.sh start  (/srv/salus)',
      'CityHospital  2 healthy',
      'Insurer       1 healthy, 1 dead; restarted 2 times',
      '  supervisor gone -> network.sh start',
      `  ${'peer1.Insurer'.padEnd(42)} dead      ended with SIGKILL at ${SINCE} restarts 2 -> restart it`,
    ]);
  });

  it('tells every node in full when it is asked for width', () => {
    const lines = linesOf(statusText(network, { wide: true }));
    for (const { node: name } of network.nodes) {
      expect(lines.filter((line) => line.startsWith(`  ${name} `))).toHaveLength(1);
    }
  });

  it('is one line for a network that is down', () => {
    const down: NetworkStatus = {
      ...network,
      state: 'down',
      nodes: [],
      supervisors: [],
      remedy: 'network.sh up',
    };
    expect(statusText(down, { wide: false })).toBe('down -> network.sh up  (/srv/salus)');
  });
});

describe("the doctor's findings as text", () => {
  const ofNodes = network.nodes.map((one) => ({
    ok: one !== dead,
    message: `${one.node} is ${one.condition}`,
  }));
  const machine = [
    { ok: true, message: 'Fabric is there' },
    { ok: false, message: 'The network is degraded', remedy: 'network.sh start' },
  ];

  it('count what needs work, and tell it first', () => {
    const told = doctorText({ status: network, machine, nodes: ofNodes }, { wide: false });
    const lines = linesOf(told);
    expect(lines.slice(0, 4)).toEqual([
      '2 of 6 findings need work; 3 of 4 nodes are healthy, in 2 organisations',
      'FAIL The network is degraded -> network.sh start',
      'ok   Fabric is there',
      'CityHospital  2 healthy',
    ]);
    expect(lines.filter((line) => line.includes('peer1.Insurer'))).toHaveLength(1);
  });

  it('are a summary and a line for each organisation when all is well', () => {
    const nodes = network.nodes.filter((one) => one !== dead);
    const status: NetworkStatus = {
      ...network,
      state: 'running',
      nodes,
      supervisors: network.supervisors.map((one) => ({ ...one, state: 'running' })),
    };
    const well = ofNodes.filter(({ ok }) => ok);
    const told = doctorText({ status, machine: machine.slice(0, 1), nodes: well }, { wide: false });
    expect(linesOf(told)).toEqual([
      'All is well; 3 of 3 nodes are healthy, in 2 organisations',
      'ok   Fabric is there',
      'CityHospital  2 healthy',
      'Insurer       1 healthy',
    ]);
  });
});
