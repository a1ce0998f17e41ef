import { Recorder, type Recording } from '@salus/memory-ledger';
import { behaviours } from './behaviour/index.js';
import { replayElsewhere, type Surroundings } from './determinism/replay-elsewhere.js';
import { MemoryWorld } from './memory-world.js';

const honolulu: Surroundings = { timeZone: 'Pacific/Honolulu', locale: 'tr-TR', seed: 1 };
const kiritimati: Surroundings = { timeZone: 'Pacific/Kiritimati', locale: 'ar-EG', seed: 77 };

describe('on the ledger in memory', () => {
  const recorder = new Recorder();
  const world = new MemoryWorld(recorder);
  afterAll(() => world.close());
  for (const describeBehaviour of behaviours) describeBehaviour(world);

  // Last: all that the behaviours did is recorded by then.
  describe('every transaction, run again in two other processes,', () => {
    let recording: Recording;
    beforeAll(() => {
      recording = recorder.recording;
    });

    test('comes to the same under another time zone, locale and hash seed', async () => {
      const [first, second] = await replayElsewhere(recording, [honolulu, kiritimati]);
      expect([first?.timeZone, second?.timeZone]).toEqual([honolulu.timeZone, kiritimati.timeZone]);
      expect([first?.locale, second?.locale]).toEqual([honolulu.locale, kiritimati.locale]);
      expect(recording.outcomes.length).toBeGreaterThan(0);
      expect(first?.outcomes).toEqual(second?.outcomes);
      expect(first?.outcomes).toEqual(recording.outcomes);
    });
  });
});
