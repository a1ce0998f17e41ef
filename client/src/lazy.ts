/* eslint-disable @typescript-eslint/no-require-imports -- import() answers too late for a getter */

/** What a connection can do without until it is asked for: parsers, cryptography, FHIR. */
export const lazy = {
  profile: () => require('./connection/profile.js') as typeof import('./connection/profile.js'),
  ehr: () => require('./ehr/ehr-client.js') as typeof import('./ehr/ehr-client.js'),
  drug: () => require('./drug/drug-client.js') as typeof import('./drug/drug-client.js'),
  claims: () => require('./claims/claims-client.js') as typeof import('./claims/claims-client.js'),
  computation: () =>
    require('./computation/computation-client.js') as typeof import('./computation/computation-client.js'),
  statistics: () =>
    require('./statistics/statistics-client.js') as typeof import('./statistics/statistics-client.js'),
  studies: () =>
    require('./statistics/study-desk.js') as typeof import('./statistics/study-desk.js'),
  membership: () =>
    require('./membership/membership-client.js') as typeof import('./membership/membership-client.js'),
  records: () =>
    require('./records/records-client.js') as typeof import('./records/records-client.js'),
  consent: () =>
    require('./consent/consent-client.js') as typeof import('./consent/consent-client.js'),
};
