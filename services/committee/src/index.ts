export { Approvals } from './approvals.js';
export { CommitteeMember } from './committee-member.js';
export { judgeOpenings, type OpeningCase, type RuleSource } from './judge.js';
export { MemberHome } from './member-home.js';
export { OpenedRegister } from './opened-register.js';
export type { MemberParts, Standing } from './parts.js';
export { watchCommittee } from './watch.js';
