import { sentences, sentencesOf } from './sentences.js';

const MOST_WORDS = 25;

describe('the sentences of the documents', () => {
  it(`have ${MOST_WORDS} words at the most`, () => {
    const long = sentences()
      .filter(({ words }) => words > MOST_WORDS)
      .map(({ file, line, words, text }) => `${file}:${line} ${words} words: ${text}`);
    expect(long).toEqual([]);
  });

  it('are found in paragraphs, items and cells, and not in blocks of code', () => {
    const text = [
      '# A heading',
      '',
      'Two lines make',
      'one sentence. `a b c` counts as [one word](to/a/file.md)!',
      '',
      '```sh',
      'no prose. here',
      '```',
      '',
      '- An item.',
      '  Its second sentence goes on',
      '- Another',
      '',
      '| a cell. with two | another |',
    ].join('\n');
    expect(sentencesOf(text).filter(({ words }) => words > 0)).toEqual([
      { line: 1, text: 'A heading', words: 2 },
      { line: 3, text: 'Two lines make one sentence.', words: 5 },
      { line: 3, text: 'CODE counts as one word!', words: 5 },
      { line: 10, text: 'An item.', words: 2 },
      { line: 10, text: 'Its second sentence goes on', words: 5 },
      { line: 12, text: 'Another', words: 1 },
      { line: 14, text: 'a cell.', words: 2 },
      { line: 14, text: 'with two', words: 2 },
      { line: 14, text: 'another', words: 1 },
    ]);
  });
});
