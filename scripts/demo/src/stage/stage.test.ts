import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Report } from './report.js';
import { Stage, type Prop } from './stage.js';

describe('a prop of the stage', () => {
  let home: string;

  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'salus-stage-'));
  });

  afterEach(() => {
    rmSync(home, { recursive: true });
  });

  const stage = () =>
    new Stage({
      home,
      channel: 'edge-east',
      run: 'r1',
      patients: 1,
      report: new Report({ json: true }),
    });

  it('is made when it is first used, and once for all who use it', async () => {
    const make = jest.fn(() => Promise.resolve('made'));
    const prop: Prop<string> = { name: 'a prop', make };
    await using play = stage();
    expect(make).not.toHaveBeenCalled();
    expect(await Promise.all([play.use(prop), play.use(prop)])).toEqual(['made', 'made']);
    expect(make).toHaveBeenCalledTimes(1);
  });

  it('is made anew for another play', async () => {
    const make = jest.fn(() => Promise.resolve('made'));
    const prop: Prop<string> = { name: 'a prop', make };
    for (const play of [stage(), stage()]) await play.use(prop);
    expect(make).toHaveBeenCalledTimes(2);
  });

  it('may be made of others, which are made with it', async () => {
    const inner: Prop<string> = { name: 'the inner', make: () => Promise.resolve('inner') };
    const outer: Prop<string> = {
      name: 'the outer',
      make: async (play) => `outer of ${await play.use(inner)}`,
    };
    await using play = stage();
    await expect(play.use(outer)).resolves.toBe('outer of inner');
  });
});
