import * as fc from 'fast-check';
import type { HealthRecord, RecordDetails } from '@salus/protocol/ehr';
import { expectR4 } from '@salus/testing/fhir-r4';
import { patientReference } from '../ids.js';
import type { FhirResource } from '../resource.js';
import { SALUS, SYSTEM } from '../systems.js';
import { meetsDate, parseDate } from './date-criterion.js';
import { parseRecordSearch, sortOrders, type LongitudinalEntry } from './record-search.js';
import { recordSearchset, type RecordView } from './record-searchset.js';

const invalid = expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }) as Error;
const pseudonym = 'p'.repeat(43);
const view: RecordView = {
  baseUrl: 'https://gateway.example/fhir',
  path: 'DocumentReference',
  bookmarkKey: Buffer.alloc(32, 5),
  pseudonym,
  documentOf: ({ record, details }) => ({
    resourceType: 'DocumentReference',
    id: record.recordId,
    status: 'current',
    subject: patientReference(pseudonym),
    content: [{ attachment: { contentType: details?.contentType ?? 'application/pdf' } }],
  }),
};

interface Given {
  readonly id: string;
  readonly permitted?: boolean;
  readonly record?: Partial<HealthRecord>;
  readonly details?: Partial<RecordDetails> | false;
  readonly resource?: FhirResource;
}

function entry({ id, permitted = true, record, details = {}, resource }: Given): LongitudinalEntry {
  return {
    record: {
      recordId: id,
      pseudonym,
      categoryTag: 't'.repeat(43),
      labelTags: [],
      contentHash: 'c'.repeat(64),
      size: 1,
      layout: { k: 1, n: 1, blockSize: 1, parts: [] },
      detailsHash: 'd'.repeat(64),
      categoryEpoch: 0,
      version: 1,
      custodian: 'CityHospitalMSP',
      registeredAt: '2026-06-01T00:00:00.000Z',
      ...record,
    },
    ...(details && {
      details: {
        recordId: id,
        category: 'laboratory',
        labels: [{ system: SYSTEM.confidentiality, code: 'N' }],
        name: id,
        contentType: 'application/fhir+json',
        fhirType: 'Observation',
        links: [],
        salt: 's'.repeat(22),
        ...details,
      },
    }),
    decision: { permitted },
    ...(resource && { resource }),
  };
}

interface Bundle {
  readonly total: number;
  readonly link: { relation: string; url: string }[];
  readonly entry?: { fullUrl: string; resource: FhirResource; search: { mode: string } }[];
}
const search = async (query: string, entries: readonly LongitudinalEntry[], more: object = {}) =>
  (await recordSearchset(entries, parseRecordSearch(new URLSearchParams(query)), {
    ...view,
    ...more,
  })) as unknown as Bundle;
const ids = (bundle: Bundle) => (bundle.entry ?? []).map(({ resource }) => resource.id);
const queryOf = (bundle: Bundle, relation: string) =>
  bundle.link.find((link) => link.relation === relation)?.url.split('?')[1];

describe('the longitudinal view', () => {
  it('neither shows nor counts what may not be read, was erased, or was amended', async () => {
    const entries = [
      entry({ id: 'a' }),
      entry({ id: 'denied', permitted: false }),
      entry({ id: 'erased', record: { erasedAt: '2026-07-01T00:00:00Z' } }),
      entry({ id: 'old', record: { amendedBy: 'new' } }),
      entry({ id: 'new', record: { amends: 'old', version: 2 } }),
    ];
    const bundle = await search('', entries);
    expectR4(bundle);
    expect(bundle.total).toBe(2);
    expect(ids(bundle)).toEqual(['new', 'a']);
    expect(JSON.stringify(bundle)).not.toMatch(/denied|erased/);
    expect(bundle.entry?.[0]).toMatchObject({
      fullUrl: 'https://gateway.example/fhir/DocumentReference/new',
      resource: { meta: { versionId: '2', security: [{ code: 'N' }] } },
      search: { mode: 'match' },
    });
    expect(ids(await search('_history=true', entries))).toEqual(['old', 'new', 'a']);
    const count = await search('_summary=count', entries);
    expectR4(count);
    expect(count).toMatchObject({ total: 2, link: [{ relation: 'self' }] });
    expect(count.entry).toBeUndefined();
    expect((await search('', [])).total).toBe(0);
  });

  const lab = entry({
    id: 'lab',
    details: { careTime: { start: '2026-05-01T10:00:00.000Z' }, episode: 'e1' },
  });
  const note = entry({
    id: 'note',
    record: { custodian: 'ValleyHospitalMSP', registeredAt: '2026-09-01T00:00:00.000Z' },
    details: {
      category: 'clinical-note',
      fhirType: 'DocumentReference',
      labels: [{ system: SYSTEM.actCode, code: 'PSY' }],
      author: { mspId: 'ValleyHospitalMSP', practitioner: 'GP-7' },
      careTime: { start: '2026-08-01T00:00:00.000Z', end: '2026-08-03T00:00:00.000Z' },
    },
  });
  const blind = entry({ id: 'blind', details: false });

  it.each<[string, string[]]>([
    ['', ['note', 'blind', 'lab']],
    ['_sort=date', ['lab', 'blind', 'note']],
    ['_sort=-_lastUpdated', ['note', 'lab', 'blind']],
    ['category=laboratory', ['lab']],
    ['category=laboratory,clinical-note', ['note', 'lab']],
    [`category=${encodeURIComponent(`${SALUS.category}|laboratory`)}`, ['lab']],
    ['_type=Observation', ['lab']],
    ['_type=DocumentReference', ['note', 'blind']],
    ['custodian=ValleyHospitalMSP', ['note']],
    ['author=GP-7', ['note']],
    ['episode=e1', ['lab']],
    ['_security=PSY', ['note']],
    [`_security=${encodeURIComponent(`${SYSTEM.actCode}|PSY`)}`, ['note']],
    ['_security=HIV', []],
    ['date=ge2026-06', ['note']],
    ['date=2026-05', ['lab']],
    ['date=ge2026-05-01&date=lt2026-08-01', ['lab']],
    ['_lastUpdated=gt2026-08', ['note']],
    ['category=laboratory&custodian=ValleyHospitalMSP', []],
    ['_count=0', []],
  ])('gives for %s %j', async (query, expected) => {
    const bundle = await search(query, [lab, note, blind]);
    expectR4(bundle);
    expect(ids(bundle)).toEqual(expected);
    if (!query.includes('_count')) expect(bundle.total).toBe(expected.length);
  });

  it.each([
    'colour=red',
    'date=soon',
    'date=ap2026',
    '_lastUpdated=2026-13',
    '_count=-1',
    '_count=many',
    '_sort=name',
    '_summary=text',
    '_revinclude=Task:focus',
    '_page=AAAA',
    '_page=',
    `_page=${'A'.repeat(100)}`,
  ])('refuses %s', async (query) => {
    await expect(search(query, [lab])).rejects.toThrow(invalid);
  });

  it('shows what was opened at its custodian’s own base, with both sources of labels', async () => {
    const resource = {
      resourceType: 'Condition',
      id: 'c',
      subject: { reference: 'Patient/1' },
      code: { coding: [{ system: SYSTEM.icd10cm, code: 'B20' }] },
    };
    const same = { id: 'x', resource };
    const bundle = await search('_type=Condition', [
      entry(same),
      entry({ ...same, id: 'y', record: { custodian: 'ValleyHospitalMSP' } }),
    ]);
    expectR4(bundle);
    expect(bundle.entry?.map(({ fullUrl }) => fullUrl)).toEqual([
      'https://gateway.example/fhir/custodian/ValleyHospitalMSP/Condition/c',
      'https://gateway.example/fhir/custodian/CityHospitalMSP/Condition/c',
    ]);
    expect(bundle.entry?.[0]?.resource.meta?.['security']).toEqual([
      { system: SYSTEM.actCode, code: 'HIV' },
      { system: SYSTEM.confidentiality, code: 'R' },
      { system: SYSTEM.confidentiality, code: 'N' },
    ]);
  });

  it('tells who vouches for a record where that is asked for', async () => {
    const bundle = await search('_revinclude=Provenance:target', [note, lab]);
    expectR4(bundle);
    expect(bundle.total).toBe(2);
    expect(bundle.entry?.map(({ search: { mode } }) => mode)).toEqual([
      'match',
      'match',
      'include',
      'include',
    ]);
    expect(bundle.entry?.[2]?.resource).toMatchObject({
      resourceType: 'Provenance',
      target: [{ reference: bundle.entry?.[0]?.fullUrl }],
      agent: [
        { who: { identifier: { value: 'ValleyHospitalMSP' } } },
        { who: { identifier: { value: 'GP-7' } } },
      ],
    });
  });
});

describe('pages', () => {
  const anyEntries = fc
    .uniqueArray(
      fc.record({
        id: fc.stringMatching(/^[a-z0-9]{1,6}$/),
        day: fc.integer({ min: 1, max: 9 }),
        permitted: fc.boolean(),
        seen: fc.boolean(),
      }),
      { selector: ({ id }) => id, maxLength: 20 },
    )
    .map((list) =>
      list.map(({ id, day, permitted, seen }) =>
        entry({
          id,
          permitted,
          record: { registeredAt: `2026-06-0${day}T00:00:00.000Z` },
          details: seen && { careTime: { start: `2026-05-0${10 - day}T00:00:00.000Z` } },
        }),
      ),
    );

  it('show each record that may be read once, and the same total throughout', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyEntries,
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(...sortOrders),
        async (entries, count, sort) => {
          const readable = entries.filter(({ decision }) => decision.permitted);
          const whole = ids(await search(`_sort=${sort}`, entries));
          const seen: (string | undefined)[] = [];
          let query: string | undefined = `_count=${count}&_sort=${sort}`;
          while (query !== undefined) {
            const bundle: Bundle = await search(query, entries);
            expect(bundle.total).toBe(readable.length);
            expect(queryOf(bundle, 'self')).toContain(`_count=${count}`);
            seen.push(...ids(bundle));
            query = queryOf(bundle, 'next');
          }
          expect(seen).toEqual(whole);
          expect(new Set(seen)).toEqual(new Set(readable.map(({ record }) => record.recordId)));
        },
      ),
    );
  });

  const three = ['a', 'b', 'c'].map((id) => entry({ id }));

  it('go on where the last one ended, though its last record is gone', async () => {
    const first = await search('_count=1', three);
    expect(ids(first)).toEqual(['c']);
    const [a] = three;
    const rest = await search(queryOf(first, 'next') ?? '', [a!]);
    expect(ids(rest)).toEqual(['a']);
    expect(queryOf(rest, 'next')).toBeUndefined();
    expect(ids(await search(queryOf(first, 'next') ?? '', []))).toEqual([]);
  });

  it('tell nothing in their bookmarks, which hold for one query of one patient at one server', async () => {
    const dated = three.map((one, index) =>
      entry({
        id: one.record.recordId,
        details: { careTime: { start: `2026-05-0${index + 1}T00:00:00.000Z` } },
      }),
    );
    const next = queryOf(await search('_count=1', dated), 'next') ?? '';
    const page = new URLSearchParams(next).get('_page') ?? '';
    expect(Buffer.from(page, 'base64url').toString('latin1')).not.toMatch(/2026|date/);
    await expect(search(`${next}&category=laboratory`, dated)).rejects.toThrow(invalid);
    await expect(search(next, dated, { pseudonym: 'q'.repeat(43) })).rejects.toThrow(invalid);
    await expect(search(next, dated, { bookmarkKey: Buffer.alloc(32, 6) })).rejects.toThrow(
      invalid,
    );
    expect(ids(await search(`${next}&patient=Patient/p`, dated))).toEqual(['b']);
  });
});

describe('date parameters', () => {
  const day = (text: string) => {
    const { from, to } = parseDate(text)!;
    return { from, to };
  };
  it.each<[string, string, boolean]>([
    ['2026-05', '2026-05-10', true],
    ['2026-05-10', '2026-05', false],
    ['ne2026-05', '2026-05-10', false],
    ['gt2026-05-10', '2026-05-10', false],
    ['gt2026-05-10', '2026-05', true],
    ['ge2026-05-10', '2026-05-10', true],
    ['lt2026-05-10', '2026-05-09', true],
    ['le2026-05-10', '2026-05-10', true],
    ['sa2026-05-10', '2026-05', false],
    ['sa2026-05-10', '2026-05-11', true],
    ['eb2026-05-10', '2026-05-09', true],
  ])('%s and %s: %s', (criterion, span, meets) => {
    expect(meetsDate(parseDate(criterion)!, day(span))).toBe(meets);
  });
});
