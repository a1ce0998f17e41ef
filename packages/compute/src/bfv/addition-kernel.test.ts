import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import wabt from 'wabt';
import { KERNEL } from './addition-kernel.js';

test('the kernel is its source, assembled', async () => {
  const source = readFileSync(join(__dirname, 'addition-kernel.wat'), 'utf8');
  const assembler = await wabt();
  const module = assembler.parseWat('addition-kernel.wat', source, { simd: true });
  module.validate();
  const { buffer } = module.toBinary({});
  expect(Buffer.from(buffer).toString('base64')).toBe(KERNEL);
});
