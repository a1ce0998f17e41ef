import type { Command } from 'commander';
import { registerClaimsCommands } from './commands/claims.js';
import { registerConnectionCommands } from './commands/connection.js';
import { registerDrugCommands } from './commands/drug.js';
import { registerCustodianCommands } from '../break-glass/custodian-command.js';
import { registerEhrCommands } from './commands/ehr/index.js';
import { registerEnrollCommands } from './commands/enroll.js';
import { registerEventsCommand } from './commands/events.js';
import { registerGatewayCommands } from './commands/gateway.js';
import { registerCommitteeCommands } from '../committee/command.js';
import { registerDeidCommand } from '../deid/command.js';
import { registerImportCommand } from '../import/command.js';
import { registerKeyServiceCommands } from '../key-service/command.js';
import { registerReceiptCommands } from '../receipt/command.js';
import { registerReferralCommands } from '../referral/command.js';
import { registerStatisticsCommands } from '../statistics/command.js';
import { registerStoreCommands } from '../store/command.js';
import { registerWalletCommands } from '../wallet/command.js';

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
