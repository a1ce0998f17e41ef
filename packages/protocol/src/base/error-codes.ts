/** What a code means, and what its reader can do. */
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
    'An argument does not have the expected form.',
    'Correct the argument that the message names.',
  ),
  ERR_INVALID_JSON: entry(
    'An argument is not JSON.',
    'Send one JSON value in UTF-8 where the message says so.',
  ),
  ERR_TOO_LARGE: entry(
    'The content exceeds the size limit.',
    'Split the content, or put it into a content store and register its hash.',
  ),
  ERR_UNKNOWN_TRANSACTION: entry(
    'The contract has no transaction of this name.',
    'Check the name of the transaction and the deployed version of the contract.',
  ),
  ERR_UNKNOWN_CONTRACT: entry(
    'The chaincode holds no contract with the name before the colon.',
    'Omit the name, or use one from the metadata of the chaincode.',
  ),
  ERR_ARGUMENT_COUNT: entry(
    'The transaction takes a different number of arguments.',
    'Give as many as the message names. These contracts take one JSON text or one identifier.',
  ),

  // State
  ERR_NOT_FOUND: entry('The ledger does not hold the requested item.', 'Check the identifier.'),
  ERR_ALREADY_EXISTS: entry(
    'The item to be created exists already.',
    'Use another identifier, or read the one that exists.',
  ),
  ERR_CONFLICT: entry(
    'The present state does not allow this step.',
    'Read the present state, and take a step that it allows.',
  ),
  ERR_HASH_MISMATCH: entry(
    'The content does not match its hash on the ledger.',
    'Send the content unchanged. If a store sent it, tell the operator of the store.',
  ),
  ERR_CONTENT_UNAVAILABLE: entry(
    'Too few stores sent a sound part to restore the content.',
    'Try again when more stores answer. The operators of the stores can repair lost parts.',
  ),
  ERR_DETAILS_MISSING: entry(
    'A record is registered, but its private details are not deposited yet.',
    'Try again shortly. If the error stays, have the custodian resume its import.',
  ),
  ERR_PACK_NOT_GENUINE: entry(
    'The manufacturer did not put this pack into the unit.',
    'Hold the pack back and tell the manufacturer. Check unit, serial number, salt and proof.',
  ),
  ERR_PACK_ALREADY_DISPENSED: entry(
    'A pack with this serial number was dispensed before.',
    'Hold the pack back: this pack or the dispensed one is a copy.',
  ),
  ERR_PACK_EXPIRED: entry('The pack is past its expiry date.', 'Destroy the pack as prescribed.'),

  // Who may do what
  ERR_NO_MEMBERSHIP: entry(
    'The channel has no registry that says which organisations are hospitals, insurers, makers.',
    'Run `network.sh deployCC -ccn membership`, which deploys the registry and founds it.',
  ),
  ERR_FORBIDDEN: entry(
    'The caller is not allowed to do this.',
    'Use an identity with the organisation and the role that the message names.',
  ),
  ERR_STATEMENT_INVALID: entry(
    'A signed statement is malformed, is meant for another use, or was not signed by the key that it names.',
    'Have the wallet make a new statement for this channel, contract and audience.',
  ),
  ERR_STATEMENT_EXPIRED: entry(
    'A signed statement is not valid at the time of the transaction.',
    'Have the wallet sign a new statement. Check the clocks of wallet and client.',
  ),
  ERR_STATEMENT_REPLAYED: entry(
    'A signed statement was used before.',
    'Have the wallet sign a new statement.',
  ),

  // Identities and keys
  ERR_IDENTITY_MISSING: entry(
    'No certificate or key was found at the given place.',
    'Name the msp folder of an enrolled user, or enrol.',
  ),
  ERR_IDENTITY_INVALID: entry(
    'A certificate or key cannot be used.',
    'Give one certificate and its key in PEM, or enrol again.',
  ),
  ERR_IDENTITY_EXPIRED: entry('A certificate is not yet valid, or has expired.', 'Enrol again.'),
  ERR_IDENTITY_REFUSED: entry(
    'A peer does not accept the identity.',
    'Check that the identity belongs to a member of the channel, and that nobody revoked it.',
  ),
  ERR_KEY_MISMATCH: entry(
    'A key does not belong to its certificate.',
    'Take both from the same enrolment.',
  ),
  ERR_KEY_INVALID: entry(
    'A key cannot be read or used.',
    'Give a key of the kind that the message names.',
  ),
  ERR_ERASURE_INCOMPLETE: entry(
    'A record is not erased everywhere yet.',
    'Name all stores that keep parts of it, and repeat the command with the same order.',
  ),
  ERR_KEY_ENDED: entry(
    'A registered HPKE key has expired, or was revoked.',
    'Register a new key (`salus keys serve` does so for an organisation), and ask again.',
  ),
  ERR_KEY_MISSING: entry(
    'The wallet holds no key that is allowed to do this now.',
    "List the wallet's keys. Add a key, or recover the wallet with its guardians.",
  ),
  ERR_PASSPHRASE_WRONG: entry(
    'The passphrase does not open the key file.',
    'Enter the passphrase with which the file was made. Where a token protects a home, salus.json names it as hsm.',
  ),
  ERR_DECRYPTION_FAILED: entry(
    'The content cannot be decrypted: the key is wrong, or the content was changed.',
    'Check that the key was sealed to you, and that the content arrived unchanged.',
  ),

  ERR_CIPHERTEXT_INVALID: entry(
    'The bytes are not encrypted content of the expected kind.',
    'Send the ciphertext unchanged.',
  ),
  ERR_CA_REFUSED: entry(
    'A certificate authority refused a request.',
    'Check the ID, its secret, and what the registrar may register.',
  ),
  ERR_CA_UNREACHABLE: entry(
    'A certificate authority does not answer.',
    'Start the certificate authority. Check its address in the connection profile.',
  ),

  // Connection
  ERR_SETTINGS_MISSING: entry(
    'The command lacks settings.',
    'Give each one as an option, in the environment, or in salus.json.',
  ),
  ERR_SETTINGS_INVALID: entry(
    "The settings file of the actor's home cannot be read, or a member of it is wrong.",
    'Correct that member of salus.json; docs/cli.md shows one.',
  ),
  ERR_STATE_UNREADABLE: entry(
    'This release does not read the form of a file in a home.',
    'Use the release that wrote the file, or restore the file from a backup. docs/upgrading.md shows what each release reads.',
  ),
  ERR_MEMORY_ALTERED: entry(
    "A committee member's memory of what it opened or approved was changed, cut or removed, or belongs to another contract.",
    'Restore the newest backup of the whole home. Without one, run `salus committee recover`, or have the committee reshare without this member.',
  ),
  ERR_MEMORY_OUTDATED: entry(
    'A committee member does not remember an answer that it gave: its home comes from an old backup, or a copy of it answers too.',
    'End the copy, and restore a newer home. Without one, run `salus committee recover`, or have the committee reshare without this member.',
  ),
  ERR_HSM_MODULE_UNAVAILABLE: entry(
    'The PKCS#11 module of the hardware security module cannot be loaded.',
    "Install the vendor's module and the package koffi. Correct hsm.module in salus.json.",
  ),
  ERR_HSM_TOKEN_MISSING: entry(
    'The PKCS#11 module offers no token with this label.',
    'Connect the token, or correct hsm.token in salus.json.',
  ),
  ERR_HSM_PIN_WRONG: entry(
    'The token does not accept the PIN.',
    'Set SALUS_HSM_PIN to the PIN of the token. Unlock the token first if it is locked.',
  ),
  ERR_HSM_KEY_MISSING: entry(
    'The token holds no AES key with this label.',
    'Correct hsm.key in salus.json, or make the key with `salus committee protect --by token --new-key`.',
  ),
  ERR_HSM_FAILED: entry(
    'The hardware security module refused an operation.',
    "Look up the PKCS#11 return value of the message in the vendor's manual.",
  ),
  ERR_HOME_IN_USE: entry(
    "Another process does the same work in the actor's home.",
    'Wait until it ends, or end it. To run both at once, give each process its own home.',
  ),
  ERR_CHECKPOINT_INVALID: entry(
    'A file is not the checkpoint of an event stream.',
    'Restore the file, or remove it to read all events again.',
  ),
  ERR_PROFILE_INVALID: entry(
    'The file is not a connection profile, or the profile is incomplete.',
    'Use connection-<organisation>.json of a running network.',
  ),
  ERR_PROFILE_UNKNOWN: entry(
    'No profile has this name.',
    'Name a profile that the message lists. Keys of a profile that is gone are retired, and made anew.',
  ),
  ERR_PEER_UNREACHABLE: entry(
    'No peer answers.',
    'Check that the network is up and that the address is right.',
  ),
  ERR_TLS_UNTRUSTED: entry(
    'The TLS certificate of a node is not trusted.',
    "Use the TLS CA certificate of the running network. It changes whenever the network's crypto material is made again.",
  ),
  ERR_TLS_CERTIFICATE_EXPIRED: entry(
    'The TLS certificate of a node is not yet valid, or has expired.',
    'Renew the certificate of the node.',
  ),
  ERR_CHANNEL_UNKNOWN: entry(
    'The peer does not know the channel.',
    'Check the name of the channel.',
  ),
  ERR_CHAINCODE_UNAVAILABLE: entry(
    'Too few peers offer the contract.',
    'Check that the contract is deployed and that its servers run.',
  ),
  ERR_ORDERER_UNAVAILABLE: entry(
    'Too few orderers accept transactions.',
    'Start the orderers again: transactions need a quorum of them.',
  ),
  ERR_DEADLINE_EXCEEDED: entry(
    'No answer arrived in time.',
    'Check the load and health of the network, then try again.',
  ),
  ERR_CLIENT_CLOSED: entry('The client was closed.', 'Connect again.'),

  // Transactions
  ERR_ENDORSEMENT_FAILED: entry(
    'The peers did not execute the transaction.',
    'Read the message of each peer.',
  ),
  ERR_ENDORSEMENT_MISMATCH: entry(
    'The peers computed different results.',
    'Check that all peers run the same version of the contract and hold the same blocks.',
  ),
  ERR_ENDORSEMENT_POLICY: entry(
    'Too few of the required organisations endorsed the transaction.',
    'Name the organisations that the policy requires.',
  ),
  ERR_MVCC_CONFLICT: entry(
    'Another transaction changed what this one had read. This one was not applied.',
    'Submit it again.',
  ),
  ERR_COMMIT_FAILED: entry(
    'The peers found the transaction invalid and did not apply it.',
    'Read the validation code in the message.',
  ),
  ERR_COMMIT_UNKNOWN: entry(
    'It is unknown whether the transaction was applied.',
    'Ask for its status by transaction ID before you submit it again.',
  ),

  // Computing on encrypted values
  ERR_CONTRIBUTION_INVALID: entry(
    'The bytes are not a contribution to a collective key.',
    'Have the committee member send the contribution that it committed to.',
  ),
  ERR_PUBLIC_KEY_INVALID: entry(
    'The bytes are not a collective public key of the parameter profile.',
    'Use the key whose hash is on the ledger.',
  ),
  ERR_PROOF_INVALID: entry(
    'The proof does not show that these ciphertexts are well formed and made by their sender.',
    'Encrypt again, and send ciphertexts and proof together for the same purpose.',
  ),
  ERR_PARTIAL_INVALID: entry(
    'Partial openings are missing or malformed, or contradict each other.',
    'Collect one partial opening for each share of the key, of this opening.',
  ),
  ERR_NOISE_EXCEEDED: entry(
    'What the partial openings open to has more noise than any honest opening.',
    'Open nothing more under the key. The SDK reports it; make another key: salus committee replace KEY.',
  ),
  ERR_OPENING_UNCONFIRMED: entry(
    'Too few holders of a share confirm its partial opening, and no proof of it was shown.',
    'Wait until more committee members have answered or proved, then ask again.',
  ),
  ERR_SHARE_INVALID: entry(
    'A file or value is not a key share that can be used here.',
    'Use the share that was made for this key and member, from a backup if necessary.',
  ),
  ERR_COMMITTEE_INVALID: entry(
    'Such a committee is not supported, or it has no such share.',
    'Name up to 7 different members. The threshold is at most half of them, rounded up: 2 of 3, 3 of 5, 4 of 7.',
  ),
  ERR_EPOCH_OUTDATED: entry(
    'The shares of a key belong to another epoch than the requested one.',
    'A contributor encrypts and proves again. A member uses the shares of the present epoch, or has the committee reshare: salus committee reshare KEY.',
  ),
  ERR_LETTER_INVALID: entry(
    'The letter that a complaint shows is not from this dealer to this member in this ceremony, or the key is not its key.',
    'Show the letter as it came, with the key of this ceremony. Where none can be shown, complain that the share is missing.',
  ),
  ERR_RESHARE_INVALID: entry(
    'The subshares of a resharing are incomplete, or are not those that the holders agreed on.',
    'Ask another holder of the old share for its subshare.',
  ),
  ERR_TRIAL_FAILED: entry(
    'The trial ciphertext does not open: the shares do not add up to the key.',
    'Keep the old shares, and start the resharing or key generation again.',
  ),
  ERR_VALUE_OUT_OF_RANGE: entry(
    'A value lies outside the range that the parameter profile allows.',
    'Encrypt whole minor units within the range that the message names.',
  ),
  ERR_TOO_MANY_SUMMANDS: entry(
    'A sum of this many ciphertexts could wrap around.',
    'Split the claim, or use fewer figures.',
  ),
  ERR_LINEAGE_TOO_LARGE: entry(
    'Too many evaluations lead to the result.',
    'Evaluate from the registered ciphertexts, in fewer steps.',
  ),
  ERR_PROGRAM_INVALID: entry(
    'The program does not exist, or does not fit its inputs.',
    'Name a program and version from docs/compute.md, with the inputs that it takes.',
  ),
  ERR_BOUND_INVALID: entry(
    'The bound of a ciphertext is malformed, or the program does not accept it.',
    'Use the bound that was returned with the ciphertext.',
  ),
  ERR_OVERFLOW: entry(
    'The values of a result could wrap around the plain modulus.',
    'Use fewer inputs, or narrower bounds when encrypting.',
  ),
  ERR_NOISE_EXHAUSTED: entry(
    'The result would carry more noise than an opening can hide.',
    'Use fewer inputs.',
  ),
  ERR_RESULT_MISMATCH: entry(
    'The endorser repeated an evaluation and got another result.',
    'Sum exactly the ciphertexts of the claim, in the order of its lines.',
  ),
  ERR_NOT_COVERED: entry(
    'The policy does not cover the date of service.',
    'File the claim under the policy that was valid on that date.',
  ),
  ERR_COHORT_TOO_SMALL: entry(
    'Too few institutions, or too few of other organisations, take part in the study.',
    'Wait for more institutions of other organisations, or drop out of the study.',
  ),
  ERR_COHORT_TOO_LARGE: entry(
    'As many institutions have joined the study as one evaluation takes.',
    'Join another study. Its opener may split the institutions among several.',
  ),
  ERR_TOO_MANY_KEYS: entry(
    'The organisation has proposed as many collective keys as may be open at once.',
    'Retire keys that nobody needs. A key that failed or was retired counts until a day after its proposal.',
  ),
  ERR_CEREMONY_FAILED: entry(
    'In the ceremony of a key, a member complained of what it received, or the trial opening failed, or seven days went by.',
    'Read the complaint: it names the share, and who is complained of. Begin a new ceremony, without that member if need be.',
  ),
  ERR_KEY_TERMS_CHANGED: entry(
    'The ledger shows other terms of a collective key than a committee member saw first, such as another slot budget.',
    "Compare the ledgers of the members' peers. Terms never change: make a new key to have others.",
  ),
  ERR_OPENING_REFUSED: entry(
    'A committee member judged an opening again and refuses it, although the ledger permits it.',
    "Read the reason in the message. If the ledger is right, compare the ledgers of the members' peers.",
  ),
  ERR_ENGINE_UNAVAILABLE: entry(
    'The computing engine cannot start, or was closed.',
    'Build the workspace. Check that worker.js lies beside the contract.',
  ),
  ERR_CIPHERTEXT_MISSING: entry(
    'A request named an input by its hash alone, and the engine no longer holds the input.',
    'Send the bytes of the input.',
  ),
  ERR_ENGINE_BUSY: entry(
    'More computations are waiting than the engine accepts.',
    'Try again later, or wait for capacity.',
  ),
  ERR_CANCELLED: entry(
    'The caller cancelled a computation.',
    'Ask again if you still need the result.',
  ),
  ERR_SCOPE_CLOSED: entry(
    'A handle was used in another scope, or after its scope was closed.',
    'Load the ciphertext in the scope that computes on it.',
  ),
  ERR_ENGINE_TIMEOUT: entry(
    'A computation did not end in time. The engine replaced its worker.',
    'Try again. Check the load of the machine.',
  ),
  ERR_ENGINE_FAILED: entry(
    'A computation failed. The engine replaced its worker.',
    'Try again. Report the error if it occurs twice.',
  ),

  // Content and services
  ERR_FHIR_INVALID: entry(
    'The content is not FHIR R4 in JSON.',
    'Give a Bundle, a resource or NDJSON. The message names the place at fault.',
  ),
  ERR_FHIR_BROKEN_REFERENCE: entry(
    'A resource refers to another one that is missing. Nothing was imported.',
    'Add the missing resource, or allow references that lead to other servers.',
  ),
  ERR_DEID_UNSUPPORTED: entry(
    'Salus does not de-identify content of this form, such as DICOM or PDF.',
    'De-identify it with a tool for its form, and import the output as a record of its own.',
  ),
  ERR_REQUEST_REFUSED: entry(
    "A service does not accept the request's proof of its sender.",
    'Sign each request anew with the identity of a member. Check the clocks of both sides.',
  ),
  ERR_NO_DECISION: entry(
    'The ledger holds no decision that permits this, or the decision has expired.',
    'Ask the ledger for the permission, with the role that it entitles, and use it in time. Of a record that is five minutes.',
  ),
  ERR_CONSENT_UNPROVEN: entry(
    'No statement of the patient proves a decision or key that the ledger names, or none does any longer.',
    'Request access again. If the error stays, tell the auditor: the entry may be forged.',
  ),
  ERR_CERTIFICATE_REVOKED: entry(
    "The sender's certificate, or that of its CA, was revoked.",
    'Enrol again, if your organisation still allows it.',
  ),
  ERR_APPROVAL_NEEDED: entry(
    'The patient has not approved this.',
    'Ask the patient to approve it in the wallet.',
  ),
  ERR_APPROVAL_PENDING: entry(
    'The patient has not answered this request yet.',
    'Ask for the answer again shortly.',
  ),
  ERR_SERVICE_UNREACHABLE: entry(
    'A store, key service or wallet does not answer.',
    'Check that it runs, and that its address is right.',
  ),
  ERR_TOO_MANY_REQUESTS: entry(
    'Requests arrive faster than the service accepts them.',
    'Wait for the time that Retry-After states.',
  ),
  ERR_QUOTA_EXCEEDED: entry(
    'The organisation has left as much at the store, or has as many openings waiting, as it may.',
    "Leave contents at another store, or ask the store's operator for a larger quota. Put openings on record that were answered.",
  ),

  // Decision receipts
  ERR_RECEIPT_MALFORMED: entry(
    'The file is not a decision receipt, or was truncated or rewritten.',
    'Get the file again from its exporter (`salus receipt`).',
  ),
  ERR_RECEIPT_MISMATCH: entry(
    'A receipt contradicts its transaction or a signed answer in it: somebody altered it.',
    'Do not trust the receipt. The message names the place. Export it anew with `salus receipt`.',
  ),
  ERR_RECEIPT_CHANNEL: entry(
    'The receipt and the given configuration belong to different channels.',
    'Verify the receipt with the configuration block of its own channel.',
  ),
  ERR_RECEIPT_NOT_VALID: entry(
    'A peer attests that the transaction was not applied: the decision does not exist.',
    'Do not act on the receipt. Request access again.',
  ),
  ERR_RECEIPT_SIGNATURE: entry(
    'A signature in a receipt does not fit the signed bytes.',
    'Do not trust the receipt. Export it anew with `salus receipt`.',
  ),
  ERR_RECEIPT_SIGNER: entry(
    'A signer of a receipt is not a peer of a member of the channel.',
    "Verify it with the channel's present configuration block. If that fails, do not trust it.",
  ),
  ERR_RECEIPT_SIGNER_EXPIRED: entry(
    "A signer's certificate was not yet valid, or had expired.",
    'Export the receipt anew: the peers answer with their present certificates. Or name the day as of which to verify it.',
  ),
  ERR_RECEIPT_SIGNER_REVOKED: entry(
    "A signer's certificate, or that of its CA, was revoked.",
    'Export the receipt anew, with the answers of other peers.',
  ),
  ERR_RECEIPT_STALE: entry(
    'The signed answers are older than the verifier allows, or are dated in the future.',
    'Collect the answers again, and check the clocks.',
  ),
  ERR_RECEIPT_TOO_FEW: entry(
    'Too few organisations endorsed a decision, or attest that it was applied.',
    'Export the receipt anew when the peers of more organisations answer.',
  ),
  ERR_CHANNEL_CONFIG_INVALID: entry(
    'The file is not a configuration block of a channel, or one of its organisations cannot be read.',
    'Fetch the block with `salus channel-config --out FILE`.',
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
    'An unexpected fault occurred.',
    'Report the message and the transaction ID.',
  ),
} as const satisfies Readonly<Record<string, ErrorCodeEntry>>;

/** A stable error code. */
export type ErrorCode = keyof typeof errorCodes;

/** Tells whether a text is a known code. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorCodes, text);
}
