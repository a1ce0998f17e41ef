import { sharesHeldBy, type PartialOpening } from '@salus/compute';
import { TWO_OF_THREE, transientPartials, type TestKey } from './committee.js';
import { CITY, RECIPIENTS, type FiguresActors, type Result } from './contributors.js';

/** Two holders of a share, who lie together. */
const [HONEST = '', ...LIARS] = TWO_OF_THREE.members;

const conflict = (message: string) => ({
  code: 'ERR_CONFLICT',
  message: expect.stringContaining(message) as unknown,
});

export function noiseCases(actors: FiguresActors, keyOf: () => TestKey): void {
  interface Opened {
    readonly openingId: string;
    readonly result: Result;
    readonly given: readonly PartialOpening[];
  }

  /** A result, with what members post of it. */
  const permitted = async (key: TestKey) => {
    const contributions = await actors.contribute(key);
    const result = await actors.compute({ name: 'statistics.v1' }, contributions);
    const { openingId } = await actors.requestOpening(result.evaluation.evaluationId);
    return { openingId, result };
  };
  const honestly = async (key: TestKey): Promise<Opened> => {
    const { openingId, result } = await permitted(key);
    const partials = await actors.partialsOf(key.members, result.bytes);
    await actors.submitPartials(openingId, 0, partials);
    return { openingId, result, given: [...partials.values()].flat() };
  };
  /** Both holders of one share post the same for it, which is of another ciphertext. */
  const noisily = async (key: TestKey): Promise<Opened> => {
    const { openingId, result } = await permitted(key);
    const other = await actors.encrypt(key, [9], { measure: 'other' });
    const foreign = await actors.partialsOf(key.members, other.bytes);
    const held = sharesHeldBy(key.committee, HONEST);
    const partials = await actors.partialsOf(key.members, result.bytes);
    for (const liar of LIARS) {
      const lie = foreign.get(liar) ?? [];
      const own = (partials.get(liar) ?? []).map((one) =>
        held.includes(one.shareId) ? one : (lie.find((it) => it.shareId === one.shareId) ?? one),
      );
      partials.set(liar, own);
    }
    await actors.submitPartials(openingId, 0, partials);
    return { openingId, result, given: [...partials.values()].flat() };
  };

  const report = (
    { openingId, result, given }: Opened,
    endorsers: readonly string[] = RECIPIENTS,
  ) =>
    actors.submit(
      CITY,
      'reportNoise',
      { openingId },
      { transient: { result: result.bytes, ...transientPartials(given) }, endorsers },
    );
  const end = ({ openingId }: Opened) => actors.submit(CITY, 'endKey', { openingId });
  const statusOf = async ({ keyId }: TestKey) =>
    (await actors.evaluate(CITY, 'getKey', { keyId })).status;

  describe('an opening with more noise than the bound', () => {
    test('is put on record as such, and ends its key for all that comes after', async () => {
      const key = await actors.makeKey();
      const waiting = await permitted(key);
      const noisy = await noisily(key);
      const { openingId, result, given } = noisy;
      const record = () => actors.recordOpening(openingId, result.bytes, given, [0]);
      await expect(record()).rejects.toMatchObject({ code: 'ERR_NOISE_EXCEEDED' });
      const found = await report(noisy);
      expect(found).toMatchObject({ status: 'NOISY', openingId });
      expect(found).not.toHaveProperty('openedHash');
      await expect(record()).rejects.toMatchObject(conflict('on record already'));
      const ended = await end(noisy);
      const endedBy = { reason: 'NOISE_EXCEEDED', openingId };
      expect(ended).toMatchObject({ status: 'RETIRED', endedBy });
      // Who reports or ends again finds it as it is.
      expect(await report(noisy)).toEqual(found);
      expect(await end(noisy)).toEqual(ended);

      expect(await actors.requestOpening(result.evaluation.evaluationId)).toMatchObject({
        permitted: false,
        reason: 'KEY_NOT_ACTIVE',
      });
      const late = await actors.encrypt(key, [5], { measure: 'late' });
      await expect(
        actors.register(key.keyId, CITY, late, { measure: 'late' }),
      ).rejects.toMatchObject(conflict('is not active'));
      // Nor is an opening answered that was permitted before.
      const partials = await actors.partialsOf(key.members, waiting.result.bytes);
      await expect(actors.submitPartials(waiting.openingId, 0, partials)).rejects.toMatchObject(
        conflict('is not active'),
      );
    });

    test('is found by no recorder alone', async () => {
      const key = await actors.makeKey();
      const noisy = await noisily(key);
      for (const some of [RECIPIENTS.slice(0, 1), RECIPIENTS.slice(1)]) {
        await expect(report(noisy, some)).rejects.toMatchObject({
          code: 'ERR_ENDORSEMENT_POLICY',
        });
      }
      await expect(end(noisy)).rejects.toMatchObject(conflict('no noise is on record'));
      expect(await statusOf(key)).toBe('ACTIVE');
    });

    test('is not made up: no endorser finds noise within the bound', async () => {
      const key = keyOf();
      const honest = await honestly(key);
      await expect(report(honest)).rejects.toMatchObject(conflict('within the bound'));
      const [first, second, ...others] = honest.given as [PartialOpening, ...PartialOpening[]];
      const garbled = { ...first, bytes: second?.bytes ?? new Uint8Array() };
      await expect(
        report({ ...honest, given: [...others, second ?? first, garbled] }),
      ).rejects.toMatchObject({ code: 'ERR_HASH_MISMATCH' });
      await expect(end(honest)).rejects.toMatchObject(conflict('no noise is on record'));
      expect(await statusOf(key)).toBe('ACTIVE');
    });

    test('is not found before each share is confirmed', async () => {
      const key = keyOf();
      const { openingId, result } = await permitted(key);
      const partials = await actors.partialsOf(key.members, result.bytes);
      await actors.submitPartials(openingId, 0, new Map([...partials].slice(0, 2)));
      const given = [...partials.values()].flat();
      await expect(report({ openingId, result, given })).rejects.toMatchObject({
        code: 'ERR_OPENING_UNCONFIRMED',
      });
    });
  });
}
