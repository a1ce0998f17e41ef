import type { Resource } from '@medplum/fhirtypes';
import { allows, isUnjudged, parseScopes, type Attempt } from './scopes.js';

const attempt = (interaction: Attempt['interaction'], type = 'Consent', pseudonym?: string) => ({
  type,
  interaction,
  pseudonym,
});

describe('SMART scopes', () => {
  it.each([
    ['user/Consent.rs', 'r', true],
    ['user/Consent.rs', 'c', false],
    ['user/*.cruds', 'd', true],
    ['user/Consent.read', 's', true],
    ['user/Consent.read', 'u', false],
    ['user/Consent.write', 'u', true],
    ['user/Consent.write', 'r', false],
    ['user/Patient.cruds', 'r', false],
    ['system/*.*', 'c', true],
    ['openid fhirUser launch', 'r', false],
    ['user/Consent.sr', 'r', false],
    ['user/Consent.', 'r', false],
    ['user/Consent.rs?patient=1', 'r', false],
    ['USER/Consent.rs', 'r', false],
    ['', 'r', false],
  ] as const)('%s lets a consent be "%s": %s', (scope, interaction, expected) => {
    expect(allows(parseScopes(scope), attempt(interaction))).toBe(expected);
  });

  it("of a patient's context reach that patient alone", () => {
    const scopes = parseScopes('patient/*.rs');
    expect(allows(scopes, attempt('r', 'Consent', 'p1'), 'p1')).toBe(true);
    expect(allows(scopes, attempt('r', 'Consent', 'p2'), 'p1')).toBe(false);
    expect(allows(scopes, attempt('r', 'Consent', 'p1'))).toBe(false);
    expect(allows(scopes, attempt('r', 'Consent'))).toBe(false);
  });

  it('with a query that can be judged allow the resources that meet it', () => {
    const scopes = parseScopes('user/Consent.rs?category=a|b');
    const consent = (code: string) =>
      ({
        resourceType: 'Consent',
        category: [{ coding: [{ system: 'a', code }] }],
      }) as unknown as Resource;
    expect(allows(scopes, attempt('r'))).toBe(true);
    expect(allows(scopes, attempt('r'), undefined, consent('b'))).toBe(true);
    expect(allows(scopes, attempt('r'), undefined, consent('c'))).toBe(false);
    expect(isUnjudged(scopes, attempt('r'))).toBe(false);
  });

  it('with a query that cannot be judged allow nothing, and are told apart from none', () => {
    const scopes = parseScopes('user/Consent.rs?period=ge2020');
    expect(allows(scopes, attempt('r'))).toBe(false);
    expect(isUnjudged(scopes, attempt('r'))).toBe(true);
    expect(isUnjudged(scopes, attempt('c'))).toBe(false);
    expect(isUnjudged([], attempt('r'))).toBe(false);
  });

  it('of one type allow no attempt that may bring any type', () => {
    expect(allows(parseScopes('user/Consent.rs'), attempt('r', '*'))).toBe(false);
    expect(allows(parseScopes('user/*.rs'), attempt('r', '*'))).toBe(true);
  });
});
