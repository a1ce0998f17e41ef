export { MembershipClient } from './membership-client.js';
