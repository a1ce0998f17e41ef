import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { endWithInput, endWithReader } from './end-with-input.js';

describe('a service', () => {
  it('ends when whoever started it is gone, if told to', async () => {
    const input = new PassThrough();
    const end = jest.fn();
    endWithInput(input, end, { SALUS_END_WITH_INPUT: '1' });
    input.write('something');
    await turn();
    expect(end).not.toHaveBeenCalled();
    input.end();
    await turn();
    expect(end).toHaveBeenCalledTimes(1);
  });

  it('leaves its input alone otherwise', async () => {
    const input = new PassThrough();
    const end = jest.fn();
    endWithInput(input, end, {});
    input.end();
    await turn();
    expect(end).not.toHaveBeenCalled();
  });
});

test('a command ends when nobody reads its output any more', () => {
  const output = new PassThrough();
  const end = jest.fn();
  endWithReader([output], end);
  output.emit('error', new Error('write EPIPE'));
  expect(end).toHaveBeenCalledTimes(1);
});
