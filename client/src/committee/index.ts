export { CommitteeMember, PARTIAL_INFO, type CommitteeOptions } from './committee-member.js';
export { watchCommittee } from './watch.js';
