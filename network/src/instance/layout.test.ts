import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { down, start, up } from '../lifecycle/network.js';
import { networkStatus } from '../lifecycle/status.js';
import { startTicksOf } from '../supervisor/process-identity.js';
import { type Instance, instanceOf } from './instance.js';
import { recordLayout } from './layout.js';
import { loadTopology } from './topology.js';

const newHome = () => path.join(mkdtempSync(path.join(tmpdir(), 'salus-layout-')), 'home');
const instanceIn = (home: string, portBase = 26300) => instanceOf({ home, portBase });

/** What a start leaves that was cut off, or with `complete` one that was not. */
function leftovers(instance: Instance, complete: boolean): void {
  recordLayout(instance);
  mkdirSync(path.join(instance.home, 'organizations'));
  if (complete) writeFileSync(path.join(instance.home, 'complete'), '');
}

test('a start that was cut off is told', async () => {
  const instance = instanceIn(newHome());
  leftovers(instance, false);
  const refusal = {
    code: 'ERR_PARTIAL_START',
    remedy: expect.stringContaining('network.sh down') as string,
  };
  await expect(up(instance)).rejects.toMatchObject(refusal);
  await expect(start(instance)).rejects.toMatchObject(refusal);
  expect(await networkStatus(instance)).toMatchObject({ state: 'partial' });
});

test.each([true, false])('a network of other ports is told, complete: %s', async (complete) => {
  const home = newHome();
  leftovers(instanceIn(home), complete);
  const other = instanceIn(home, 26400);
  await expect(up(other)).rejects.toMatchObject({
    code: 'ERR_STALE_STATE',
    message: expect.stringContaining('portBase was 26300, is 26400') as string,
    remedy: expect.stringContaining('network.sh down') as string,
  });
  expect(await networkStatus(other)).toMatchObject({ state: 'stale' });
  await down(other);
  expect(existsSync(home)).toBe(false);
});

test('a network of other organizations is told', async () => {
  const home = newHome();
  leftovers(instanceIn(home), true);
  const topology = loadTopology();
  const organizations = topology.organizations.filter((each) => each.orderer);
  const other = instanceOf({ home, portBase: 26300, topology: { ...topology, organizations } });
  await expect(start(other)).rejects.toMatchObject({ code: 'ERR_STALE_STATE' });
});

test('down leaves a directory alone that is no network', async () => {
  const home = newHome();
  mkdirSync(home);
  writeFileSync(path.join(home, 'thesis.txt'), '');
  await expect(down(instanceIn(home))).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
  expect(existsSync(path.join(home, 'thesis.txt'))).toBe(true);
});

test('a dead node whose process id another process has is told from a dead one', async () => {
  const instance = instanceIn(newHome());
  leftovers(instance, true);
  const [organization] = instance.organizations;
  const directory = organization?.directories.supervisor ?? '';
  mkdirSync(directory, { recursive: true });
  const node = (name: string, pid: number, startTicks = 'another start') => ({
    spec: { name, kind: 'chaincode' },
    wanted: true,
    restarts: 0,
    pid,
    startTicks,
  });
  const nothing = 2 ** 22 + 1;
  writeFileSync(
    path.join(directory, 'state.json'),
    JSON.stringify({
      pid: nothing,
      processes: [
        node('runs', process.pid, startTicksOf(process.pid)),
        node('foreign', process.pid),
        node('dead', nothing),
      ],
    }),
  );
  const { nodes } = await networkStatus(instance);
  expect(nodes.map((each) => each.condition)).toEqual(['healthy', 'foreign', 'dead']);
  expect(nodes[1]).toMatchObject({
    detail: expect.stringContaining(`process ${String(process.pid)} is now `) as string,
    remedy: 'network.sh restart foreign',
  });
});
