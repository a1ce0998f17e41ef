import { Command, type ParseOptionsResult } from 'commander';

/**
 * An argument that begins with a dash and is no option. It is a pseudonym or another identifier in
 * base64url (RFC 4648 section 5), one in 64 of which begins so. Options are words in lower case, so a
 * mistyped one is none.
 */
const DASHED_IDENTIFIER = /^-(?=.*[A-Z0-9])[\w-]{20,}$/;

/**
 * A command that takes identifiers as they are, where commander's own would call those that begin
 * with a dash unknown options. No command may declare an option of one letter: commander would find
 * it at the beginning of an identifier.
 */
export class SalusCommand extends Command {
  /** The subcommands are commands of this kind too. */
  override createCommand(name?: string): SalusCommand {
    return new SalusCommand(name);
  }

  override parseOptions(argv: string[]): ParseOptionsResult {
    const { operands, unknown } = super.parseOptions(argv);
    // What a group doesn't know is its subcommands' to read.
    if (this.commands.length > 0) return { operands, unknown };
    const end = unknown.findIndex((word) => word.startsWith('-') && !DASHED_IDENTIFIER.test(word));
    if (end === -1) return { operands: [...operands, ...unknown], unknown: [] };
    const taken = [...operands, ...unknown.slice(0, end)];
    if (unknown[end] !== '--') return { operands: taken, unknown: unknown.slice(end) };
    return { operands: [...taken, ...unknown.slice(end + 1)], unknown: [] };
  }
}
