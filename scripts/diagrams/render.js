'use strict';

// Draws docs/images/*.txt as SVG: `node scripts/diagrams/render.js` after a change of a text.
//
//   title TEXT                 what the picture shows
//   frame TEXT … end           a frame around the rows between
//   row [TEXT]                 a row of boxes, named at its left
//   ID | TITLE | TEXT          a box
//   arrow ID > ID : TEXT       from a box to one in a row below; `<>` points both ways

const { readdirSync, readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const WIDTH = 860;
const MARGIN = 20;
const LABEL_WIDTH = 70;
const BOX_HEIGHT = 62;
const BOX_GAP = 16;
const ROW_GAP = 44;
const FRAME_HEADER = 30;
/** Widths of a character of 12 px, estimated generously: an SVG does not measure its text. */
const CHARACTER = 6.3;

/** @throws Error that names the line which can't be read */
function parse(text) {
  const picture = { title: '', rows: [], frames: [], arrows: [] };
  let frame;
  for (const [at, line] of text.split('\n').entries()) {
    const [, word, rest] = /^\s*(\S*)\s*(.*?)\s*$/.exec(line);
    const cells = line.split('|').map((cell) => cell.trim());
    if (word === '') continue;
    if (word === 'title') picture.title = rest;
    else if (word === 'frame') picture.frames.push((frame = { title: rest, rows: [] }));
    else if (word === 'end') frame = undefined;
    else if (word === 'row') {
      const row = { label: rest, boxes: [], frame };
      picture.rows.push(row);
      frame?.rows.push(row);
    } else if (word === 'arrow') {
      const [, from, way, to, label] = /^(\S+) (<?>) (\S+) : (.+)$/.exec(rest) ?? [];
      if (!label) throw new Error(`line ${at + 1}: expected "arrow FROM > TO : TEXT"`);
      picture.arrows.push({ from, to, label, both: way === '<>' });
    } else if (cells.length === 3 && picture.rows.length > 0) {
      const [id, title, told] = cells;
      picture.rows.at(-1).boxes.push({ id, title, text: told });
    } else throw new Error(`line ${at + 1}: ${line.trim()} is no part of a picture`);
  }
  return picture;
}

/** Gives rows, boxes and frames their places, from top to bottom. */
function lay(picture) {
  let y = MARGIN + 24;
  const boxes = new Map();
  for (const row of picture.rows) {
    if (row.frame && row.frame.rows[0] === row) {
      row.frame.y = y;
      y += FRAME_HEADER;
    }
    const left = MARGIN + LABEL_WIDTH + 12;
    const room = WIDTH - MARGIN - 12 - left;
    const width = Math.floor((room - BOX_GAP * (row.boxes.length - 1)) / row.boxes.length);
    row.y = y;
    for (const [at, box] of row.boxes.entries()) {
      Object.assign(box, { x: left + at * (width + BOX_GAP), y, width });
      boxes.set(box.id, box);
    }
    y += BOX_HEIGHT;
    if (row.frame && row.frame.rows.at(-1) === row) {
      y += 14;
      row.frame.height = y - row.frame.y;
    }
    y += ROW_GAP;
  }
  return { ...picture, boxes, height: y - ROW_GAP + MARGIN };
}

const escape = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function write(className, x, y, text) {
  return `<text class="${className}" x="${x}" y="${y}">${escape(text)}</text>`;
}

/** Lines of at most so many pixels, broken between words. */
function broken(text, width) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length * CHARACTER > width && lines.at(-1) !== '') lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

function drawBox({ x, y, width, title, text }) {
  const middle = x + width / 2;
  return [
    `<rect class="box" x="${x}" y="${y}" width="${width}" height="${BOX_HEIGHT}" rx="4"/>`,
    write('name', middle, y + 20, title),
    ...broken(text, width - 12).map((line, at) => write('told', middle, y + 37 + at * 15, line)),
  ].join('\n');
}

function drawFrame({ y, height, title }) {
  const width = WIDTH - 2 * MARGIN;
  return [
    `<rect class="frame" x="${MARGIN}" y="${y}" width="${width}" height="${height}" rx="8"/>`,
    write('heading', MARGIN + 12, y + 20, title),
  ].join('\n');
}

/** A triangle that points down to a place, or up to it. */
const head = (x, y, up = 1) => `<path class="head" d="M${x} ${y}l-4 ${-8 * up}h8z"/>`;

/** Where an arrow ends, and how deep it turns: rivals for a box are spread over its width and don't cross. */
function endOf(arrow, arrows, { source, target }) {
  const rivals = arrows.filter(({ to }) => to === arrow.to);
  const at = rivals.indexOf(arrow);
  const middle = Math.round(source.x + source.width / 2);
  const isAbove = middle > target.x && middle < target.x + target.width;
  if (rivals.length === 1 && isAbove) return { x2: middle, depth: 0, isLeft: false };
  const place = (at + 1) / (rivals.length + 1);
  const x2 = Math.round(target.x + target.width * place);
  return { x2, depth: 12 + 10 * (rivals.length - 1 - at), isLeft: place < 0.5 };
}

/** Down from the bottom of a box, across in the gap below it, and down to the other. */
function drawArrow(arrow, { boxes, arrows }) {
  const { from, to, label, both } = arrow;
  const [source, target] = [from, to].map((id) => {
    const box = boxes.get(id);
    if (!box) throw new Error(`There is no box ${id}`);
    return box;
  });
  if (source.y >= target.y) throw new Error(`${from} is not above ${to}`);
  const { x2, depth, isLeft } = endOf(arrow, arrows, { source, target });
  const x1 = Math.round(source.x + source.width / 2);
  const [top, bottom] = [source.y + BOX_HEIGHT, target.y];
  return [
    `<path class="arrow" d="M${x1} ${top}V${top + depth}H${x2}V${bottom}"/>`,
    head(x2, bottom) + (both ? head(x1, top, -1) : ''),
    write(isLeft ? 'label before' : 'label', x2 + (isLeft ? -8 : 8), bottom - 12, label),
  ].join('\n');
}

/**
 * The SVG that a text describes.
 *
 * @param {string} text
 * @throws Error for a line that is no part of a picture, and an arrow between boxes that there aren't
 */
function render(text) {
  const picture = lay(parse(text));
  const { title, rows, frames, arrows, height } = picture;
  const named = rows.filter(({ label }) => label !== '');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">
<title id="title">${escape(title)}</title>
<style>
text { font: 12px system-ui, sans-serif; fill: #1f2937 }
.name { font-weight: 600; text-anchor: middle }
.told { font-size: 11px; text-anchor: middle }
.heading, .row { font-weight: 600; fill: #374151 }
.label { font-size: 11px; fill: #1d4ed8 }
.before { text-anchor: end }
.paper { fill: #fff }
.frame { fill: #f3f4f6; stroke: #9ca3af }
.box { fill: #fff; stroke: #6b7280 }
.arrow { fill: none; stroke: #1d4ed8 }
.head { fill: #1d4ed8 }
</style>
<rect class="paper" width="${WIDTH}" height="${height}"/>
${frames.map(drawFrame).join('\n')}
${named.map(({ label, y }) => write('row', MARGIN + 12, y + 35, label)).join('\n')}
${rows.flatMap((row) => row.boxes.map(drawBox)).join('\n')}
${arrows.map((arrow) => drawArrow(arrow, picture)).join('\n')}
</svg>
`;
}

const folder = path.join(__dirname, '..', '..', 'docs', 'images');

/** Texts of pictures, and the files that they are drawn to. */
function pictures() {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.txt'))
    .map((file) => path.join(folder, file))
    .map((source) => ({ source, target: source.replace(/\.txt$/, '.svg') }));
}

module.exports = { pictures, render };

if (require.main === module) {
  for (const { source, target } of pictures()) {
    writeFileSync(target, render(readFileSync(source, 'utf8')));
  }
}
