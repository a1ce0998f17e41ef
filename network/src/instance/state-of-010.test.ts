import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readRecord, readRecords } from '../chaincode/record.js';
import { instanceOf } from './instance.js';
import { checkLayout, checkRemovable, holdsNetwork } from './layout.js';
import { loadTopology } from './topology.js';

const kept = path.join(__dirname, '..', '..', '..', 'test', 'data', 'state-0.1.0', 'network');

/** A copy of the directory that release 0.1.0 wrote. */
function homeOf010(): string {
  const home = path.join(mkdtempSync(path.join(tmpdir(), 'salus-0.1.0-')), 'network');
  cpSync(kept, home, { recursive: true });
  return home;
}

describe('the directory of a network that release 0.1.0 wrote', () => {
  it('belongs to its topology, and to the topology of today', () => {
    const home = homeOf010();
    for (const topology of [loadTopology(path.join(home, 'topology.json')), loadTopology()]) {
      const instance = instanceOf({ home, portBase: 27300, topology });
      expect(holdsNetwork(instance)).toBe(true);
      expect(instance.organizations).toHaveLength(5);
      expect(() => checkLayout(instance)).not.toThrow();
      expect(() => checkRemovable(instance)).not.toThrow();
    }
  });

  it('on other ports is refused with a code and a remedy', () => {
    const instance = instanceOf({ home: homeOf010(), portBase: 27400 });
    expect(() => checkLayout(instance)).toThrow(
      expect.objectContaining({
        code: 'ERR_STALE_STATE',
        message: expect.stringContaining('portBase was 27300, is 27400') as string,
        remedy: expect.stringContaining('SALUS_PORT_BASE') as string,
      }) as Error,
    );
  });

  it('tells what is deployed', () => {
    const [record, ...others] = readRecords(homeOf010());
    expect(others).toEqual([]);
    expect(record).toMatchObject({
      channel: 'edge-east',
      name: 'ehr',
      version: '1.0',
      sequence: 1,
    });
    expect(record?.organizations).toHaveLength(5);
  });

  it.each(['{"sequence":1}', '{"channel":', '{}'])(
    'with the record %s of a deployment is refused with a code and a remedy',
    (text) => {
      const home = homeOf010();
      writeFileSync(path.join(home, 'channel-artifacts/chaincode/edge-east/ehr.json'), text);
      expect(() => readRecord(home, 'edge-east', 'ehr')).toThrow(
        expect.objectContaining({
          code: 'ERR_STATE_UNREADABLE',
          remedy: expect.stringContaining('docs/upgrading.md') as string,
        }) as Error,
      );
    },
  );
});
