import type { Command } from 'commander';
import { registerCustodianCommands } from './commands/break-glass/custodian.js';
import { registerClaimsCommands } from './commands/claims.js';
import { registerCommitteeCommands } from './commands/committee/committee.js';
import { registerConnectionCommands } from './commands/connection.js';
import { registerDeidCommand } from './commands/deid.js';
import { registerDrugCommands } from './commands/drug.js';
import { registerImportCommand } from './commands/ehr/import.js';
import { registerEhrCommands } from './commands/ehr/index.js';
import { registerReferralCommands } from './commands/ehr/referral.js';
import { registerEnrollCommands } from './commands/enroll.js';
import { registerEventsCommand } from './commands/events.js';
import { registerGatewayCommands } from './commands/gateway.js';
import { registerKeyServiceCommands } from './commands/key-service.js';
import { registerReceiptCommands } from './commands/receipt.js';
import { registerStatisticsCommands } from './commands/statistics.js';
import { registerStoreCommands } from './commands/store.js';
import { registerWalletCommands } from './commands/wallet/wallet.js';

/** Adds one or more subcommands to `salus`. */
export type RegisterCommands = (program: Command) => void;

/** All subcommands, in the order in which the help lists them. */
export const commands: readonly RegisterCommands[] = [
  registerEnrollCommands,
  registerConnectionCommands,
  registerEventsCommand,
  registerEhrCommands,
  registerReceiptCommands,
  registerDrugCommands,
  registerClaimsCommands,
  registerStatisticsCommands,
  registerImportCommand,
  registerReferralCommands,
  registerDeidCommand,
  registerWalletCommands,
  registerStoreCommands,
  registerKeyServiceCommands,
  registerGatewayCommands,
  registerCommitteeCommands,
  registerCustodianCommands,
];
