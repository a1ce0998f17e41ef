import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RecordPlaces } from './record-places.js';

describe('the patient of a record', () => {
  let home: string;

  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'places-'));
  });

  afterEach(() => rm(home, { recursive: true }));

  it('is remembered, also by the next process', async () => {
    const places = await RecordPlaces.open(home);
    await places.remember('p1', ['r1', 'r2']);
    await places.remember('p1', ['r1']);
    await appendFile(path.join(home, 'record-places'), 'r3 p');
    const next = await RecordPlaces.open(home);
    for (const one of [places, next]) {
      expect(['r1', 'r2', 'r3'].map((id) => one.find(id))).toEqual(['p1', 'p1', undefined]);
    }
  });

  it("is told of no ID that somebody gave to another patient's record too", async () => {
    const places = await RecordPlaces.open(home);
    await places.remember('p1', ['r1']);
    await places.remember('p2', ['r1']);
    await places.remember('p1', ['r1']);
    await places.remember('p2', ['r1', 'r2']);
    const next = await RecordPlaces.open(home);
    for (const one of [places, next]) {
      expect([one.find('r1'), one.find('r2')]).toEqual([undefined, 'p2']);
    }
  });
});
