import { coded } from '@salus/testing/coded';
import { requireNode } from './node-version.js';

describe('the version of Node.js', () => {
  it.each(['22.23.0', '22.30.1', '24.21.0', '25.0.0', '26.1.2'])('%s is taken', (version) => {
    expect(() => requireNode(version)).not.toThrow();
  });

  it.each(['18.20.4', '20.20.2', '21.7.3', '22.22.9', '23.11.0', '24.20.0', 'unknown'])(
    '%s is refused with a way out',
    (version) => {
      expect(() => requireNode(version)).toThrow(
        coded('ERR_NODE_UNSUPPORTED', { argument: 'node', got: version }),
      );
    },
  );
});
