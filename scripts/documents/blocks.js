'use strict';

// What the documents show in code: fenced blocks and spans, each with its place.

const { existsSync, readdirSync, readFileSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..', '..');

const isThere = (file) => existsSync(path.join(root, file));

function foldersOf(folder) {
  if (!isThere(folder)) return [];
  return readdirSync(path.join(root, folder)).map((name) => path.join(folder, name));
}

/** Every document of the repository, by its path from the root. */
function documents() {
  const inDocs = readdirSync(path.join(root, 'docs'), { recursive: true })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join('docs', file));
  const rooms = ['packages', 'examples'].flatMap((folder) => foldersOf(folder));
  const read = ['client', ...rooms].map((room) => path.join(room, 'README.md')).filter(isThere);
  return ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...read, ...inDocs.sort()];
}

/** The fenced blocks of a text, with the number of their first line. */
function fencedBlocks(text) {
  const blocks = [];
  let open;
  for (const [at, line] of text.split('\n').entries()) {
    const [, language] = /^```(.*)$/.exec(line) ?? [];
    if (language === undefined) open?.lines.push(line);
    else if (open) {
      blocks.push({ ...open, text: open.lines.join('\n') });
      open = undefined;
    } else open = { language, line: at + 2, lines: [] };
  }
  return blocks.map(({ language, line, text: code }) => ({ language, line, text: code }));
}

/** The blocks of one language in all documents. */
function blocksIn(language) {
  return documents().flatMap((file) =>
    fencedBlocks(readFileSync(path.join(root, file), 'utf8'))
      .filter((block) => block.language === language)
      .map((block) => ({ file, ...block })),
  );
}

/** Code within lines, outside of blocks. */
function spans() {
  return documents().flatMap((file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    const prose = text.replace(/^```[\s\S]*?^```$/gm, (block) => block.replace(/[^\n]/g, ''));
    return [...prose.matchAll(/`([^`]+)`/g)].map(({ 1: code, index }) => ({
      file,
      line: prose.slice(0, index).split('\n').length,
      text: code.replaceAll('\\|', '|').replace(/\s+/g, ' '),
    }));
  });
}

/** Words of a shell line, without quotes, and where another command begins. */
function commandsOf(line) {
  const commands = [[]];
  for (const [word] of line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)) {
    if (word.startsWith('#')) break;
    if (['|', '&&', '||', ';'].includes(word)) commands.push([]);
    else commands.at(-1).push(word.replace(/['"]/g, ''));
  }
  return commands
    .map((words) => {
      const redirection = words.findIndex((word) => /^[0-9]?>/.test(word));
      const own = redirection < 0 ? words : words.slice(0, redirection);
      return own.slice(own.findIndex((word) => !/^[A-Z_]+=/.test(word)));
    })
    .filter((words) => words.length > 0);
}

/** Every line of the shell blocks of all documents, without its comment; a broken line is one. */
function shellLines() {
  return blocksIn('sh').flatMap(({ file, line, text }) => {
    const joined = text.replace(
      /\\\n\s*/g,
      (broken) => ` ${'\0'.repeat(broken.split('\n').length - 1)}`,
    );
    let at = line;
    return joined.split('\n').flatMap((one) => {
      const place = `${file}:${at}`;
      at += 1 + (one.match(/\0/g)?.length ?? 0);
      const plain = one.replaceAll('\0', '').replace(/(^|\s)#.*$/, '');
      const tidy = plain.replace(/\s+/g, ' ').trim();
      return tidy === '' ? [] : [{ place, line: tidy }];
    });
  });
}

/** Every command of the shell blocks of all documents, word by word. */
function shellCommands() {
  return shellLines().flatMap(({ place, line }) =>
    commandsOf(line).map((words) => ({ place, words })),
  );
}

module.exports = {
  blocksIn,
  commandsOf,
  documents,
  fencedBlocks,
  root,
  shellCommands,
  shellLines,
  spans,
};
