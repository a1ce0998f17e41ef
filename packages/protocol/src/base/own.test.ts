import { ownOf } from './own.js';

describe('what an object has by a name that others choose', () => {
  it.each(['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__'])(
    'is what was put there under %s, and nothing where nothing was',
    (name) => {
      expect(ownOf({ other: 'of another' }, name)).toBeUndefined();
      const read = JSON.parse(`{${JSON.stringify(name)}:"its own"}`) as Record<string, string>;
      expect(ownOf(read, name)).toBe('its own');
    },
  );
});
