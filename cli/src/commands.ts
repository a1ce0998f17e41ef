import type { CommandEntry } from './command-line/command-entry.js';

/**
 * All commands, in the order in which the help lists them. Only what a command line names is loaded:
 * first its arguments and options, and what it does when it is done.
 */
export const commands: readonly CommandEntry[] = [
  {
    name: 'enroll',
    description: "get a certificate from the organisation's CA into --msp-dir",
    load: async () => (await import('./commands/enroll.js')).defineEnroll,
  },
  {
    name: 'reenroll',
    description: 'renew the certificate and key in --msp-dir',
    load: async () => (await import('./commands/enroll.js')).defineReenroll,
  },
  {
    name: 'register',
    description: 'make a new identity known to the CA, and print its enrolment secret',
    load: async () => (await import('./commands/enroll.js')).defineRegister,
  },
  {
    name: 'revoke',
    description: 'revoke all certificates of an identity',
    load: async () => (await import('./commands/enroll.js')).defineRevoke,
  },
  {
    name: 'whoami',
    description: 'show the identity that commands act as, without a call to the network',
    load: async () => (await import('./commands/connection.js')).defineWhoami,
  },
  {
    name: 'ping',
    description: 'connect, and check peer, TLS, identity and channel',
    load: async () => (await import('./commands/connection.js')).definePing,
  },
  {
    name: 'transaction',
    description: 'show what became of a transaction',
    load: async () => (await import('./commands/connection.js')).defineTransaction,
  },
  {
    name: 'events',
    description: "print a contract's events, oldest first",
    load: async () => (await import('./commands/events.js')).defineEvents,
  },
  {
    name: 'membership',
    description:
      'which organisations are hospitals, insurers, manufacturers, pharmacies, overseers',
    load: async () => (await import('./commands/membership.js')).defineMembership,
  },
  {
    name: 'ehr',
    description: 'patients, records, consent and access',
    load: async () => (await import('./commands/ehr/index.js')).defineEhr,
  },
  {
    name: 'receipt',
    description: 'export the proof of an access decision, signed by peers of most organisations',
    load: async () => (await import('./commands/receipt.js')).defineReceipt,
  },
  {
    name: 'channel-config',
    description: "fetch the channel's configuration block, by which receipts are verified",
    load: async () => (await import('./commands/receipt.js')).defineChannelConfig,
  },
  {
    name: 'verify',
    description: 'check what was exported, without a network',
    load: async () => (await import('./commands/receipt.js')).defineVerify,
  },
  {
    name: 'drug',
    description: 'medicines from manufacturer to patient',
    load: async () => (await import('./commands/drug.js')).defineDrug,
  },
  {
    name: 'claims',
    description: 'policies and encrypted claims',
    load: async () => (await import('./commands/claims/claims.js')).defineClaims,
  },
  {
    name: 'statistics',
    description: 'mean and deviation of a figure that no institution shows to another',
    load: async () => (await import('./commands/statistics.js')).defineStatistics,
  },
  {
    name: 'import',
    description: 'import FHIR R4 bundles, resources or NDJSON (gzip too) as encrypted records',
    load: async () => (await import('./commands/ehr/import.js')).defineImport,
  },
  {
    name: 'referral',
    description: 'refer a patient to another hospital, and answer (salus ehr accept-referral …)',
    load: async () => (await import('./commands/ehr/referral.js')).defineReferral,
  },
  {
    name: 'deid',
    description: 'de-identify FHIR R4 bundles, resources or NDJSON (gzip too) into one bundle',
    load: async () => (await import('./commands/deid.js')).defineDeid,
  },
  {
    name: 'wallet',
    description: "a patient's wallet: keys and consent",
    load: async () => (await import('./commands/wallet/wallet.js')).defineWallet,
  },
  {
    name: 'store',
    description: "an organisation's store of parts and contents",
    load: async () => (await import('./commands/store.js')).defineStore,
  },
  {
    name: 'keys',
    description: "an organisation's key service",
    load: async () => (await import('./commands/key-service.js')).defineKeys,
  },
  {
    name: 'gateway',
    description: 'FHIR R4 for hospital systems, and a portal for patients (docs/gateway.md)',
    load: async () => (await import('./commands/gateway.js')).defineGateway,
  },
  {
    name: 'committee',
    description: 'the organisations that together hold the key of encrypted values',
    load: async () => (await import('./commands/committee/committee.js')).defineCommittee,
  },
  {
    name: 'custodian',
    description: 'the organisations that together open a record in an emergency',
    load: async () => (await import('./commands/break-glass/custodian.js')).defineCustodian,
  },
];
