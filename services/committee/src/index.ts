export { Approvals } from './approvals.js';
export { CommitteeMember } from './committee-member.js';
export { judgeOpenings, type OpeningCase, type RuleSource } from './judge.js';
export { MemberHome, type ServedContract } from './member-home.js';
export { OpenedRegister } from './opened-register.js';
export { followAnswer } from './own-answers.js';
export type { MemberParts, Standing } from './parts.js';
export { recoverMemory, type Recovery } from './recovery.js';
export { watchCommittee } from './watch.js';
