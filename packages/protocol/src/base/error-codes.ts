/** What a code tells its reader, and what helps. */
export interface ErrorCodeEntry {
  readonly meaning: string;
  readonly remedy: string;
}

const entry = (meaning: string, remedy: string): ErrorCodeEntry => ({ meaning, remedy });

/**
 * Every code that a contract, the client or the tools may report. Codes are stable: they are never
 * renamed or given another meaning. The table in docs/errors.md is checked against this one.
 */
export const errorCodes = {
  // Requests
  ERR_INVALID_ARGUMENT: entry(
    'An argument does not have the form that is expected.',
    'Correct the argument that the message names.',
  ),
  ERR_INVALID_JSON: entry(
    'An argument is not JSON.',
    'Send one JSON value in UTF-8 where the message says so.',
  ),
  ERR_TOO_LARGE: entry(
    'The content is larger than the limit.',
    'Split the content, or put it into a content store and register its hash.',
  ),
  ERR_UNKNOWN_TRANSACTION: entry(
    'The contract has no transaction of this name.',
    'Check the name of the transaction and the version of the contract that is deployed.',
  ),
  ERR_UNKNOWN_CONTRACT: entry(
    'The chaincode holds no contract of the name before the colon.',
    'Leave the name out, or give the one that the chaincode has in its metadata.',
  ),
  ERR_ARGUMENT_COUNT: entry(
    'The transaction takes another number of arguments.',
    'Give as many as the message names; the contracts here take one JSON text or one identifier.',
  ),

  // State
  ERR_NOT_FOUND: entry('What is asked for is not on the ledger.', 'Check the identifier.'),
  ERR_ALREADY_EXISTS: entry(
    'What is to be created exists already.',
    'Use another identifier, or read the one that exists.',
  ),
  ERR_CONFLICT: entry(
    'The state that was found does not allow this step.',
    'Read the present state and take the step that it allows.',
  ),
  ERR_HASH_MISMATCH: entry(
    'Content and the hash that stands for it on the ledger differ.',
    'Send the content unchanged; where it came from a store, tell who runs the store.',
  ),
  ERR_CONTENT_UNAVAILABLE: entry(
    'Fewer stores than are needed to restore a content gave a sound part of it.',
    'Try again when more stores answer; tell those who run the stores, who can repair lost parts.',
  ),
  ERR_DETAILS_MISSING: entry(
    'A record is registered, and its private details are not deposited yet.',
    'Try again shortly; if it stays so, have the custodian resume its import.',
  ),
  ERR_PACK_NOT_GENUINE: entry(
    'A pack is not among those that the manufacturer put into the unit.',
    'Keep the pack back and tell the manufacturer; check unit, serial number, salt and proof.',
  ),
  ERR_PACK_ALREADY_DISPENSED: entry(
    'A pack of this serial number was dispensed before.',
    'Keep the pack back: it, or the one dispensed, is a copy.',
  ),
  ERR_PACK_EXPIRED: entry('The pack is past its expiry date.', 'Destroy the pack as prescribed.'),

  // Who may do what
  ERR_FORBIDDEN: entry(
    'The caller is not allowed to do this.',
    'Use an identity of the organisation and with the role that the message names.',
  ),
  ERR_STATEMENT_INVALID: entry(
    'A signed statement is malformed, made for something else, or not signed by the key it names.',
    'Have the wallet make a new statement for this channel, contract and audience.',
  ),
  ERR_STATEMENT_EXPIRED: entry(
    'A signed statement is not valid at the time of the transaction.',
    'Have the wallet sign a new statement; check the clocks of wallet and client.',
  ),
  ERR_STATEMENT_REPLAYED: entry(
    'A signed statement was used before.',
    'Have the wallet sign a new statement.',
  ),

  // Identities and keys
  ERR_IDENTITY_MISSING: entry(
    'No certificate or key is where one was looked for.',
    'Give the msp folder of an enrolled user, or enrol.',
  ),
  ERR_IDENTITY_INVALID: entry(
    'A certificate or key can not be used.',
    'Give one certificate and its key in PEM, or enrol again.',
  ),
  ERR_IDENTITY_EXPIRED: entry('A certificate is out of its validity.', 'Enrol again.'),
  ERR_IDENTITY_REFUSED: entry(
    'A peer does not accept the identity.',
    'Check that the identity belongs to a member of the channel and is not revoked.',
  ),
  ERR_KEY_MISMATCH: entry(
    'A key does not belong to its certificate.',
    'Use one enrolment for both.',
  ),
  ERR_KEY_INVALID: entry('A key can not be read or used.', 'Give a key of the kind that is named.'),
  ERR_ERASURE_INCOMPLETE: entry(
    'A record is not erased everywhere yet.',
    'Give all stores that keep parts of it, and carry on with the same order.',
  ),
  ERR_KEY_ENDED: entry(
    'A registered HPKE key has expired or was revoked.',
    'Register a new key (`salus keys serve` does so for an organisation), and ask again.',
  ),
  ERR_KEY_MISSING: entry(
    'The wallet holds no key that may do this now.',
    "Look at the wallet's keys: add one, or recover the wallet with its guardians.",
  ),
  ERR_PASSPHRASE_WRONG: entry(
    'The passphrase does not open the key file.',
    'Type the passphrase that the file was made with.',
  ),
  ERR_DECRYPTION_FAILED: entry(
    'The content can not be decrypted: wrong key, or changed content.',
    'Check that the key was sealed to you and that the content came unchanged.',
  ),

  ERR_CIPHERTEXT_INVALID: entry(
    'The bytes are not encrypted content, or not of the expected kind.',
    'Send the ciphertext unchanged.',
  ),
  ERR_CA_REFUSED: entry(
    'A certificate authority refused a request.',
    'Check the ID and its secret, and what the registrar may register.',
  ),
  ERR_CA_UNREACHABLE: entry(
    'A certificate authority does not answer.',
    'Start it; check the address in the connection profile.',
  ),

  // Connection
  ERR_SETTINGS_MISSING: entry(
    'Settings that a command needs are missing.',
    'Give each as an option, in the environment or in salus.json.',
  ),
  ERR_HOME_IN_USE: entry(
    "Another process does the same in the actor's home.",
    'Let it end first, or end it; to do both at once, give each a home of its own.',
  ),
  ERR_CHECKPOINT_INVALID: entry(
    'A file is not the checkpoint of an event stream.',
    'Restore it, or remove it to read all events anew.',
  ),
  ERR_PROFILE_INVALID: entry(
    'The connection profile lacks something or is not one.',
    'Take connection-<organisation>.json of a running network.',
  ),
  ERR_PROFILE_UNKNOWN: entry('There is no such profile.', 'Name one that the message lists.'),
  ERR_PEER_UNREACHABLE: entry(
    'No peer answers.',
    'Check that the network is up and the address is right.',
  ),
  ERR_TLS_UNTRUSTED: entry(
    'The TLS certificate of a node is not trusted.',
    'Use the TLS CA certificate of the running network; it changes when crypto material is made anew.',
  ),
  ERR_TLS_CERTIFICATE_EXPIRED: entry(
    'The TLS certificate of a node is out of its validity.',
    'Renew the certificate of the node.',
  ),
  ERR_CHANNEL_UNKNOWN: entry(
    'The peer does not know the channel.',
    'Check the name of the channel.',
  ),
  ERR_CHAINCODE_UNAVAILABLE: entry(
    'Too few peers offer the contract.',
    'Check that the contract is deployed and its servers run.',
  ),
  ERR_ORDERER_UNAVAILABLE: entry(
    'Too few orderers take transactions.',
    'Bring the orderers up again; a quorum of them is needed.',
  ),
  ERR_DEADLINE_EXCEEDED: entry(
    'No answer came in time.',
    'Check the load and health of the network, then try again.',
  ),
  ERR_CLIENT_CLOSED: entry('The client was closed.', 'Connect again.'),

  // Transactions
  ERR_ENDORSEMENT_FAILED: entry(
    'The peers did not run the transaction.',
    'Read what each peer said.',
  ),
  ERR_ENDORSEMENT_MISMATCH: entry(
    'The peers found different results.',
    'Check that all run the same version of the contract and are up to date.',
  ),
  ERR_ENDORSEMENT_POLICY: entry(
    'Too few of the required organisations endorsed the transaction.',
    'Name the organisations that have to endorse.',
  ),
  ERR_MVCC_CONFLICT: entry(
    'Another transaction changed what this one had read; it was not applied.',
    'Submit it again.',
  ),
  ERR_COMMIT_FAILED: entry(
    'The peers found the transaction invalid; it was not applied.',
    'Read the validation code.',
  ),
  ERR_COMMIT_UNKNOWN: entry(
    'Whether the transaction was applied is unknown.',
    'Ask for its status by transaction ID before you submit it again.',
  ),

  // Computing on encrypted values
  ERR_CONTRIBUTION_INVALID: entry(
    'Bytes are not a contribution to a collective key.',
    'Have the committee member send the contribution that it committed to.',
  ),
  ERR_PUBLIC_KEY_INVALID: entry(
    'Bytes are not a collective public key of the parameter profile.',
    'Take the key whose hash is on the ledger.',
  ),
  ERR_PARTIAL_INVALID: entry(
    'Partial openings are missing, malformed, or do not open the ciphertext together.',
    'Collect one partial opening of each committee member for this opening.',
  ),
  ERR_SHARE_INVALID: entry(
    'A file or value is not a secret share that can be used here.',
    'Use the share that was made for this key and member, from its backup if need be.',
  ),
  ERR_COMMITTEE_INVALID: entry(
    'No such committee is supported, or it has no such share.',
    'Name 2 to 7 different members and a threshold from 2 to their number.',
  ),
  ERR_EPOCH_OUTDATED: entry(
    'Shares of a key belong to another epoch than the one asked for.',
    'Use the shares of the present epoch; those of an old backup open nothing any more.',
  ),
  ERR_RESHARE_INVALID: entry(
    'The parts of a resharing are incomplete, or not those that the holders agreed on.',
    'Ask another holder of the old share for its part.',
  ),
  ERR_TRIAL_FAILED: entry(
    'The trial ciphertext does not open: the shares do not add up to the key.',
    'Stay with the old shares and start the resharing or key generation anew.',
  ),
  ERR_VALUE_OUT_OF_RANGE: entry(
    'A value is outside the range that the parameter profile allows.',
    'Encrypt whole minor units within the range that the message names.',
  ),
  ERR_TOO_MANY_SUMMANDS: entry(
    'A sum of so many ciphertexts could wrap around.',
    'Split the claim.',
  ),
  ERR_PROGRAM_INVALID: entry(
    'There is no such program, or it does not fit its inputs.',
    'Name a program and version that the documentation lists, with the inputs that it takes.',
  ),
  ERR_BOUND_INVALID: entry(
    'The bound of a ciphertext is not one, or not one that the program takes.',
    'Take the bound that came with the ciphertext when it was encrypted or computed.',
  ),
  ERR_OVERFLOW: entry(
    'The values of a result could wrap around the plain modulus.',
    'Use fewer inputs, smaller weights, or narrower bounds when encrypting.',
  ),
  ERR_NOISE_EXHAUSTED: entry(
    'A result would carry more noise than an opening could hide.',
    'Use fewer inputs or smaller weights, or a key of a profile that allows the program.',
  ),
  ERR_RESULT_MISMATCH: entry(
    'An evaluation, done again by the endorser, gave another result.',
    'Sum the very ciphertexts of the claim, in the order of its lines.',
  ),
  ERR_OPENED_TOTALS_INVALID: entry(
    'Opened slots can not be totals of the policy: another key, a wrong partial opening, or a malformed ciphertext.',
    'Ask the provider and the committee members; nothing was adjudicated.',
  ),
  ERR_NOT_COVERED: entry(
    'The policy does not cover the date of service.',
    'Claim under the policy that was valid on that date.',
  ),
  ERR_COHORT_TOO_SMALL: entry(
    'Too few institutions, or too few of other organisations, have contributed to a study.',
    'Wait for further contributions, or drop out of the study.',
  ),
  ERR_CEREMONY_FAILED: entry(
    'A member complained of what it got in the ceremony of a key, or a trial opening failed.',
    'Look at the complaint: it names the share and its dealer. Begin a new ceremony.',
  ),
  ERR_OPENING_REFUSED: entry(
    'The ledger permits an opening that a committee member, judging it again, does not.',
    'Read the reason in the message; if the ledger is right, compare what the peers of the members hold.',
  ),
  ERR_ENGINE_UNAVAILABLE: entry(
    'The computing engine can not be started, or was closed.',
    'Build the workspace; check that worker.js lies beside the contract.',
  ),
  ERR_CIPHERTEXT_MISSING: entry(
    'An input was named by its hash alone, and the engine does not have it any more.',
    'Send the bytes along.',
  ),
  ERR_ENGINE_BUSY: entry(
    'More computations wait than the engine takes on.',
    'Try again later, or wait for capacity.',
  ),
  ERR_CANCELLED: entry(
    'A computation was given up by the one who asked for it.',
    'Ask again if the result is still wanted.',
  ),
  ERR_SCOPE_CLOSED: entry(
    'A handle was used after its scope was closed, or in another scope.',
    'Load the ciphertext in the scope that computes with it.',
  ),
  ERR_ENGINE_TIMEOUT: entry(
    'A computation did not end in time; its worker was replaced.',
    'Try again; check the load of the machine.',
  ),
  ERR_ENGINE_FAILED: entry(
    'A computation failed; its worker was replaced.',
    'Try again; report it if it fails twice.',
  ),

  // Content and services
  ERR_FHIR_INVALID: entry(
    'The content is not FHIR R4 in JSON.',
    'Give a Bundle, a resource or NDJSON; the message names the place at fault.',
  ),
  ERR_FHIR_BROKEN_REFERENCE: entry(
    'A resource refers to one that is not there. Nothing was imported.',
    'Add what is missing, or allow references that lead to other servers.',
  ),
  ERR_DEID_UNSUPPORTED: entry(
    'The content has a form that is not de-identified here, such as DICOM or PDF.',
    'Use a tool for its form, and import what it gives as a record of its own.',
  ),
  ERR_REQUEST_REFUSED: entry(
    'A service does not accept the proof of who asks.',
    'Sign each request anew with the identity of a member; check the clocks of both sides.',
  ),
  ERR_NO_DECISION: entry(
    'The ledger holds no decision that permits this, or it has expired.',
    'Request access on the ledger, and use the decision at once.',
  ),
  ERR_CONSENT_UNPROVEN: entry(
    'What a patient signed does not bear out a decision or a key that the ledger names, or no longer.',
    'Request access again, or try again; if it stays so, have the auditor look into it: it may be forged.',
  ),
  ERR_CERTIFICATE_REVOKED: entry(
    "The asker's certificate, or that of the CA that issued it, was revoked.",
    'Enrol again, if the organisation still trusts you.',
  ),
  ERR_APPROVAL_NEEDED: entry(
    'The patient has not approved this.',
    'Ask the patient to approve it in the wallet.',
  ),
  ERR_SERVICE_UNREACHABLE: entry(
    'A store, key service or wallet does not answer.',
    'Check its address and that it runs.',
  ),
  ERR_TOO_MANY_REQUESTS: entry(
    'Requests come faster than the service takes them.',
    'Wait as long as Retry-After says.',
  ),

  // Decision receipts
  ERR_RECEIPT_MALFORMED: entry(
    'A file is not a decision receipt, or was cut off or rewritten.',
    'Get the file again from whoever exported it with `salus receipt`.',
  ),
  ERR_RECEIPT_MISMATCH: entry(
    'A receipt says what its transaction or a signed answer in it does not: it was altered.',
    'Do not trust it; the message names the place. Export it anew with `salus receipt`.',
  ),
  ERR_RECEIPT_CHANNEL: entry(
    'A receipt is of another channel than the configuration that it is checked against.',
    "Check it against its own channel's configuration block.",
  ),
  ERR_RECEIPT_NOT_VALID: entry(
    'A peer attests that the transaction was not applied: there is no such decision.',
    'Do not act on it; request access again.',
  ),
  ERR_RECEIPT_SIGNATURE: entry(
    'A signature in a receipt does not fit what it stands under.',
    'Do not trust the receipt; export it anew with `salus receipt`.',
  ),
  ERR_RECEIPT_SIGNER: entry(
    'Who signed in a receipt is no peer of a member of the channel.',
    "Check it against the channel's present configuration block; else do not trust it.",
  ),
  ERR_RECEIPT_SIGNER_EXPIRED: entry(
    'The certificate of who signed in a receipt was out of its validity.',
    'Export the receipt anew: the peers answer with their present certificates. Or name the day as of which to check it.',
  ),
  ERR_RECEIPT_SIGNER_REVOKED: entry(
    'The certificate of who signed in a receipt, or that of its CA, was revoked.',
    'Export the receipt anew, with answers of other peers.',
  ),
  ERR_RECEIPT_STALE: entry(
    'The signed answers are older than the verifier takes, or from the future.',
    'Ask again, and check the clocks.',
  ),
  ERR_RECEIPT_TOO_FEW: entry(
    'Too few different organisations endorsed a decision, or attest that it was applied.',
    'Export the receipt anew while the peers of more organisations answer.',
  ),
  ERR_CHANNEL_CONFIG_INVALID: entry(
    "A file is not a configuration block of a channel, or one of its organisations can't be read.",
    'Fetch it with `salus channel-config --out FILE`.',
  ),

  // The installation
  ERR_NODE_UNSUPPORTED: entry(
    'This version of Node.js cannot run Salus.',
    'Install Node.js 22.23, 24.21 or a newer version of these lines.',
  ),
  ERR_VERSION_MISMATCH: entry(
    'Two versions of a Salus package are loaded in one process.',
    'Find them with `npm ls @salus/protocol`, ask for the same version of every @salus package, and install anew.',
  ),

  ERR_INTERNAL: entry(
    'Something unforeseen happened.',
    'Report it with the message and the transaction ID.',
  ),
} as const satisfies Readonly<Record<string, ErrorCodeEntry>>;

/** A stable error code. */
export type ErrorCode = keyof typeof errorCodes;

/** Tells whether a text is a known code. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorCodes, text);
}
