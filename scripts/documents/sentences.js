'use strict';

// The sentences of the documents, for the rule of their length: at most 25 words each.

const { readFileSync } = require('node:fs');
const path = require('node:path');
const { documents, root } = require('./blocks.js');

/** A sentence ends with its mark and a blank. A cell of a table ends too. */
const END = /(?<=[.!?][)*_"']*)\s/;

/** Blocks of code, left out, keep their lines: places stay right. */
const withoutBlocks = (text) =>
  text.replace(/^```[\s\S]*?^```$/gm, (block) => block.replace(/[^\n]/g, ''));

/** Pieces of prose that a sentence does not go beyond: paragraphs, items, headings, cells. */
function pieces(text) {
  const found = [];
  let open;
  const close = () => {
    if (open) found.push(open);
    open = undefined;
  };
  for (const [at, raw] of withoutBlocks(text).split('\n').entries()) {
    const line = raw.trim();
    if (line.startsWith('|')) {
      close();
      for (const cell of line.split(/(?<!\\)\|/)) found.push({ line: at + 1, text: cell.trim() });
      continue;
    }
    const [mark = ''] = /^(#+|[-*]|\d+\.)\s/.exec(line) ?? [];
    if (line === '' || mark !== '') close();
    if (line === '') continue;
    open ??= { line: at + 1, text: '' };
    open.text += ` ${line.slice(mark.length)}`;
  }
  close();
  return found;
}

/** Code counts as a word; of a link, its text counts. */
const plain = (text) =>
  text.replace(/`[^`]*`/g, 'CODE').replace(/!?\[([^\]]*)\]\([^)]*\)/g, (_, shown) => shown);

/** The sentences of a text with their words and the line on which their paragraph begins. */
function sentencesOf(text) {
  return pieces(text).flatMap((piece) =>
    plain(piece.text)
      .split(END)
      .map((sentence) => ({
        line: piece.line,
        text: sentence.trim(),
        words: sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length,
      })),
  );
}

/** The sentences of all documents. */
function sentences() {
  return [...documents(), 'SECURITY.md', 'CHANGELOG.md'].flatMap((file) =>
    sentencesOf(readFileSync(path.join(root, file), 'utf8')).map((one) => ({ file, ...one })),
  );
}

module.exports = { sentences, sentencesOf };
