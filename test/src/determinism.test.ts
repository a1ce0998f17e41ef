import { Recorder, type Recording } from '@salus/memory-ledger';
import { behaviours } from './behaviour/index.js';
import { replayElsewhere, type Surroundings } from './determinism/replay-elsewhere.js';
import { MemoryWorld } from './memory-world.js';

const honolulu: Surroundings = { timeZone: 'Pacific/Honolulu', locale: 'tr-TR', seed: 1 };
const kiritimati: Surroundings = { timeZone: 'Pacific/Kiritimati', locale: 'ar-EG', seed: 77 };

describe('while every behaviour is recorded', () => {
  const recorder = new Recorder();
  const world = new MemoryWorld(recorder);
  for (const describeBehaviour of behaviours) describeBehaviour(world);

  describe('then every transaction, run again in two other processes,', () => {
    let recording: Recording;
    beforeAll(() => {
      recording = recorder.recording;
    });

    test('comes to the same under another time zone, locale and hash seed', async () => {
      const first = await replayElsewhere(recording, honolulu);
      const second = await replayElsewhere(recording, kiritimati);
      expect([first.timeZone, second.timeZone]).toEqual([honolulu.timeZone, kiritimati.timeZone]);
      expect([first.locale, second.locale]).toEqual([honolulu.locale, kiritimati.locale]);
      expect(recording.outcomes.length).toBeGreaterThan(0);
      expect(first.outcomes).toEqual(second.outcomes);
      expect(first.outcomes).toEqual(recording.outcomes);
    });
  });
});
