import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pictures, render } from './render.js';

describe('the pictures of the documents', () => {
  it.each(pictures().map(({ source, target }) => [path.basename(source), source, target]))(
    'the committed SVG is what %s describes (node scripts/diagrams/render.js draws it)',
    (_, source, target) => {
      expect(readFileSync(target, 'utf8')).toBe(render(readFileSync(source, 'utf8')));
    },
  );

  it('draws each box once, inside the picture', () => {
    const svg = render(
      'title T\nrow\n  a | A & B | told\n  b | B | told\narrow a > c : x\nrow\n  c | C | told',
    );
    expect(svg.match(/class="box"/g)).toHaveLength(3);
    expect(svg).toContain('A &amp; B');
    const [, width = '', height = ''] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
    for (const [, x, y, w, h] of svg.matchAll(
      /class="box" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g,
    )) {
      expect(Number(x) + Number(w)).toBeLessThan(Number(width));
      expect(Number(y) + Number(h)).toBeLessThan(Number(height));
    }
  });

  it.each([
    ['a line that is no part of a picture', 'row\n  a | A\n', 'line 2'],
    ['an arrow to a box that is not there', 'row\n  a | A | t\narrow a > b : x\n', 'no box b'],
    ['an arrow upwards', 'row\n  a | A | t\nrow\n  b | B | t\narrow b > a : x\n', 'not above'],
    ['an arrow without a text', 'row\n  a | A | t\narrow a > a\n', 'line 3'],
  ])('refuses %s', (_, text, message) => {
    expect(() => render(text)).toThrow(message);
  });
});
