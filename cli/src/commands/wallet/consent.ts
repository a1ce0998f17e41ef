import type { Command } from 'commander';
import type { Category } from '@salus/fhir';
import { invalidArgument } from '@salus/protocol';
import {
  MAX_GRANT_DAYS,
  fillIn,
  missingFor,
  templateNames,
  type TemplateName,
} from '@salus/wallet';
import { wholeNumber } from '../../command-line/input.js';
import { choice } from './input.js';
import { checkedAsk, commandAndRelay, ownerOf } from './owner.js';

interface GrantOptions {
  readonly to?: string;
  readonly toPatient?: string;
  readonly role?: string;
  readonly practitioner?: string;
  readonly category?: Category[];
  readonly label?: string[];
  readonly record?: string[];
  readonly purpose?: string[];
  readonly obligation?: string[];
  readonly onward?: boolean;
  readonly uses?: string;
  readonly days?: string;
  readonly until?: string;
  readonly template?: TemplateName;
  readonly language?: string;
  readonly for?: string;
}

/** Of a grant; a denial has no end unless told. */
const DEFAULT_DAYS = 30;

/** `salus wallet grant|deny|withdraw|roll|texts`: consent on the patient's own command. */
export function registerConsentCommands(wallet: Command): void {
  about(wallet.command('grant'))
    .description('print a signed grant; anybody may relay it to the ledger')
    .addOption(choice('--template <name>', 'fill in a template', templateNames))
    .option('--obligation <codes...>', 'HL7 obligations and refrain policies')
    .option('--onward', 'the organisation may pass it on')
    .option('--uses <number>', 'how often it may be used')
    .action(async (options: GrantOptions, command: Command) => {
      await sign(command, { ...terms(options, DEFAULT_DAYS), decision: 'permit' }, options);
    });

  about(wallet.command('deny'))
    .description(
      'print a signed denial, which overrides every grant and has no end unless told; anybody may relay it',
    )
    .action(async (options: GrantOptions, command: Command) => {
      await sign(command, { ...terms(options), decision: 'deny' }, options);
    });

  wallet
    .command('withdraw <grant>')
    .description('print a signed withdrawal; anybody may relay it to the ledger')
    .option('--for <delegation>', 'as the delegate of another patient')
    .action(async (grant: string, options: { for?: string }, command: Command) => {
      const ask = { type: 'withdraw', grant };
      await commandAndRelay(command, checkedAsk(behalf(ask, options.for), 'withdraw'));
    });

  wallet
    .command('roll')
    .description('begin new epochs of category keys: of those whose grants ran out, unless told')
    .option('--category <names...>', 'of these categories')
    .action(async (options: { category?: string[] }, command: Command) => {
      const ask = { type: 'roll-epochs', categories: options.category };
      await commandAndRelay(command, checkedAsk(ask, 'roll'));
    });

  wallet
    .command('texts')
    .description('which version of which text was shown when')
    .action(async (_: object, command: Command) => {
      const { owner, kind, result } = await ownerOf(command);
      result((await owner.command<{ texts: unknown }>({ type: 'texts' }, kind)).texts);
    });
}

function about(command: Command): Command {
  return command
    .option('--to <mspId>', 'the organisation')
    .option('--to-patient <pseudonym>', 'another patient')
    .option('--role <role>', 'only staff of this role')
    .option('--practitioner <id>', 'only this practitioner')
    .option('--category <names...>', 'whole categories')
    .option('--label <system|code...>', 'records with these security labels')
    .option('--record <ids...>', 'single records')
    .option('--purpose <codes...>', 'HL7 purpose of use; any if left out')
    .option('--days <number>', 'for how long; a grant: 30 days if left out')
    .option('--until <time>', 'no longer than until then (ISO 8601, UTC)')
    .option('--language <tag>', 'of the text that goes with it', 'en')
    .option('--for <delegation>', 'as the delegate of another patient');
}

/** What the options say, to be checked like any request to the wallet. */
function terms(options: GrantOptions, defaultDays?: number): Readonly<Record<string, unknown>> {
  const { template, role, practitioner, category: categories, record: records } = options;
  const { to: mspId, toPatient: patient } = options;
  const days =
    options.days === undefined
      ? undefined
      : wholeNumber('--days', options.days, { from: 1, to: MAX_GRANT_DAYS });
  const own = {
    labels: options.label?.map(label),
    language: options.language,
    ...(options.until !== undefined && { until: options.until }),
    ...(options.purpose && { purposes: options.purpose }),
    ...(options.obligation && { obligations: options.obligation }),
    ...(options.onward === true && { onward: true }),
    ...(options.uses !== undefined && {
      maxUses: wholeNumber('--uses', options.uses, { from: 1, to: 100 }),
    }),
  };
  if (template === undefined) {
    const grantee = { mspId, role, practitioner, patient };
    return { grantee, categories, records, days: days ?? defaultDays, ...own };
  }
  const wish = Object.fromEntries(
    Object.entries({ mspId, role, practitioner, categories, records, days }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const missing = missingFor(template, wish);
  if (missing.length > 0) {
    const names: Readonly<Record<string, string>> = {
      mspId: '--to',
      categories: '--category',
      records: '--record',
    };
    const needed = missing.map((one) => names[one] ?? one).join(', ');
    throw invalidArgument('--template', `${needed} for ${template}`, 'none');
  }
  return { ...fillIn(template, wish), template, ...own };
}

function label(text: string): { system: string; code: string } {
  const at = text.lastIndexOf('|');
  if (at > 0) return { system: text.slice(0, at), code: text.slice(at + 1) };
  throw invalidArgument('--label', 'system|code', text);
}

async function sign(command: Command, body: object, options: GrantOptions): Promise<void> {
  const ask = checkedAsk(behalf({ type: 'grant', ...body }, options.for), 'grant');
  if (ask.type === 'grant' && ask.decision === 'permit' && ask.grantee.mspId !== undefined) {
    // With a portal at hand the grantee's key can be proven, so that category keys go with the grant.
    const { portal } = await ownerOf(command);
    const granteeKey = await portal?.hpkeKey(ask.grantee.mspId);
    await commandAndRelay(command, { ...ask, ...(granteeKey && { granteeKey }) });
    return;
  }
  await commandAndRelay(command, ask);
}

function behalf(request: object, delegate: string | undefined): object {
  return delegate === undefined ? request : { type: 'on-behalf', delegate, request };
}
