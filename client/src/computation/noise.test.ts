import { ComputeError } from '@salus/compute';
import { SalusError } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import { endKeyOf, reportingNoise } from './noise.js';

const content = { result: Buffer.from('sum'), partials: [] };
const opening = { openingId: 'o1', recorders: ['InsurerMSP', 'RegulatorMSP'] };
const noise = new ComputeError('ERR_NOISE_EXCEEDED', 'nothing but noise');
const exceeded = (told: string) =>
  coded('ERR_NOISE_EXCEEDED', { message: `The opening has more noise than its bound${told}` });

function reader(mspId: string) {
  const reportNoise = jest.fn();
  const endKey = jest.fn();
  const reporter = { mspId, computation: { reportNoise, endKey } };
  const combine = (fault: Error) =>
    reportingNoise(reporter, opening, content, () => Promise.reject(fault));
  return { reporter, reportNoise, endKey, combine };
}

describe('a recipient that combines an opening', () => {
  it('gets the slots, and reports nothing', async () => {
    const { reporter, reportNoise } = reader('InsurerMSP');
    const slots = reportingNoise(reporter, opening, content, () => Promise.resolve([7]));
    await expect(slots).resolves.toEqual([7]);
    expect(reportNoise).not.toHaveBeenCalled();
  });

  it('reports noise where it records what is opened, with what shows it', async () => {
    const { reportNoise, combine } = reader('InsurerMSP');
    await expect(combine(noise)).rejects.toThrow(exceeded(''));
    expect(reportNoise.mock.calls).toEqual([['o1', content]]);
  });

  it('reports none where others record', async () => {
    const { reportNoise, combine } = reader('PharmaMSP');
    await expect(combine(noise)).rejects.toThrow(exceeded(''));
    expect(reportNoise).not.toHaveBeenCalled();
  });

  it('tells that it could not report', async () => {
    const { reportNoise, combine } = reader('InsurerMSP');
    const cause = new SalusError('ERR_ENDORSEMENT_FAILED', 'a peer is away');
    reportNoise.mockRejectedValue(cause);
    await expect(combine(noise)).rejects.toThrow(exceeded('; that could not be reported'));
    await expect(combine(noise)).rejects.toMatchObject({ cause });
  });

  it('reports no other fault', async () => {
    const { reportNoise, combine } = reader('InsurerMSP');
    for (const code of ['ERR_PARTIAL_INVALID', 'ERR_ENGINE_TIMEOUT'] as const) {
      await expect(combine(new ComputeError(code, 'no'))).rejects.toThrow(coded(code));
    }
    expect(reportNoise).not.toHaveBeenCalled();
  });

  it('ends the key where the noise is on record', async () => {
    const { reporter, endKey } = reader('PharmaMSP');
    await expect(endKeyOf(reporter, opening)).rejects.toThrow(exceeded(''));
    expect(endKey.mock.calls).toEqual([['o1']]);
  });
});
