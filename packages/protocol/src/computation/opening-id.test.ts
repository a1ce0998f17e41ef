import { identifier } from '../base/forms.js';
import { openingIdOf } from './opening-id.js';

const subject = { keyId: 'k', epoch: 0, resultHash: 'a'.repeat(64) };

describe('the ID of an opening', () => {
  test('follows from key, epoch and result', () => {
    expect(openingIdOf(subject)).toBe(openingIdOf({ ...subject }));
    const others = [{ keyId: 'l' }, { epoch: 1 }, { resultHash: 'b'.repeat(64) }];
    const ids = [subject, ...others.map((change) => ({ ...subject, ...change }))].map(openingIdOf);
    expect(new Set(ids).size).toBe(4);
    expect(ids.every((id) => identifier.safeParse(id).success)).toBe(true);
  });
});
