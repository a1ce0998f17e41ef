import * as fc from 'fast-check';
import { jsonFaultAt } from './json-fault.js';

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('the place where a text stops being JSON', () => {
  it.each<[string, string, number, number]>([
    ['a comma too many', '{\n  "a": 1,\n  "b": [1, 2],\n}', 4, 1],
    ['a comma too many in a list', '[1,\n]', 2, 1],
    ['a word', '{"a": x}', 1, 7],
    ['a missing colon', '{"a" 1}', 1, 6],
    ['a number that is none', '{"a":\n 01}', 2, 3],
    ['a line break in a string', '{"a": "x\ny"}', 1, 9],
    ['an escape that is none', '["\\q"]', 1, 3],
    ['an end too early', '{"a": [1', 1, 9],
    ['something after the end', '{}\n{}', 2, 1],
    ['nothing', '', 1, 1],
  ])('is told for %s', (_, text, line, column) => {
    expect(jsonFaultAt(text)).toEqual({ line, column });
  });

  it('is there exactly where the parser refuses', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', ',', '}', '"', '\\', 'x', '0'),
        (json, at, more) => {
          const place = at % (json.length + 1);
          for (const text of [
            json,
            `${json.slice(0, place)}${more}${json.slice(place)}`,
            json.slice(0, place),
          ]) {
            expect(jsonFaultAt(text) === undefined).toBe(isJson(text));
          }
        },
      ),
    );
  });
});
