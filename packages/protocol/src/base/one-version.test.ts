import { readFileSync } from 'node:fs';
import path from 'node:path';
import { coded } from '@salus/testing/coded';
import { PROTOCOL_VERSION, requireOneVersion } from './one-version.js';

describe('the version of the protocol', () => {
  it('is that of package.json', () => {
    const file = path.join(__dirname, '..', '..', 'package.json');
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
    expect(PROTOCOL_VERSION).toBe(version);
  });

  it('may be loaded twice, but not beside another one', () => {
    const scope = {};
    requireOneVersion('1.0.0', scope);
    expect(() => requireOneVersion('1.0.0', scope)).not.toThrow();
    expect(() => requireOneVersion('1.0.1', scope)).toThrow(
      coded('ERR_VERSION_MISMATCH', { expected: '1.0.0', got: '1.0.1' }),
    );
  });
});
