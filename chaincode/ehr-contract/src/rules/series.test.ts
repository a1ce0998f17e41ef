import { aroundVersion, versionOf, type Series } from './series.js';

const version = (recordId: string) => ({ recordId, categoryTag: 'lab', labelTags: ['normal'] });
const series: Series = ['r1', 'r2', 'r3'].map(version);

test('a series keeps what consent goes by, and nothing else', () => {
  const stored = { ...version('r1'), custodian: 'CityMSP' };
  expect(versionOf(stored)).toStrictEqual(version('r1'));
});

test.each<[string, readonly string[], readonly string[]]>([
  ['r1', [], ['r2', 'r3']],
  ['r2', ['r1'], ['r3']],
  ['r3', ['r1', 'r2'], []],
])('around %s are %j before and %j after', (recordId, earlier, later) => {
  expect(aroundVersion(series, recordId)).toStrictEqual({ earlier, later: later.map(version) });
});
