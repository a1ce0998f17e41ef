import { progressOn, type ProgressStream } from './progress-on.js';

function told(stream: Partial<ProgressStream>): string {
  let text = '';
  const progress = progressOn({ ...stream, write: (more) => (text += more) });
  progress('Building');
  progress.passing?.('  50 packages');
  progress.passing?.('  100 packages, of which the last has a long name');
  progress('Built');
  progress('Started');
  return text;
}

describe('progress', () => {
  it('on a terminal keeps the steps, and moves what passes within the width', () => {
    const clear = '\r\x1b[K';
    expect(told({ isTTY: true, columns: 20 })).toBe(
      `Building\n${clear}  50 packages${clear}  100 packages, of ${clear}Built\nStarted\n`,
    );
  });

  it('in a log keeps every line', () => {
    let text = '';
    const progress = progressOn({ write: (more) => (text += more) });
    progress('Building');
    (progress.passing ?? progress)('  50 packages');
    expect(text).toBe('Building\n  50 packages\n');
  });
});
