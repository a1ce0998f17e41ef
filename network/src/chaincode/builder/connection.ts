import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { readAddressBookFile } from './address-book.js';

/**
 * connection.json of a chaincode-as-a-service package (Fabric documentation, "Running Chaincode as
 * an External Service"). Every text may hold `{{.name}}`, replaced from the builder's settings.
 */
const connectionSchema = z.object({
  address: z.string().min(1),
  dial_timeout: z.string().default('10s'),
  tls_required: z.boolean().default(false),
  client_auth_required: z.boolean().default(false),
  root_cert: z.string().default(''),
  client_key: z.string().default(''),
  client_cert: z.string().default(''),
});

export type Connection = z.infer<typeof connectionSchema>;

/**
 * The builder's settings: any names a package's templates use. Two endings are known. `x_file` gives `x`
 * from a file, so that no key has to stand in an environment variable. `addresses_file` is the
 * organization's address book: from the address a package names to where its server listens.
 */
export type BuilderConfig = Readonly<Record<string, string>>;

const configSchema = z.record(z.string(), z.string());

/** Reads the settings from the text of the environment variable; none are no error. */
export function parseBuilderConfig(text: string | undefined): BuilderConfig {
  if (!text) return {};
  try {
    return configSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error('CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG is not a JSON object of texts', {
      cause,
    });
  }
}

function lookUp(config: BuilderConfig, name: string): string {
  const value = config[name];
  if (value !== undefined) return value;
  const file = config[`${name}_file`];
  if (file !== undefined) return readFileSync(file, 'utf8');
  throw new Error(
    `connection.json asks for {{.${name}}}, which CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG does not give`,
  );
}

/** Replaces `{{.name}}`, the part of Go's template language that stock packages use. */
export function expandTemplate(text: string, config: BuilderConfig): string {
  return text.replace(/\{\{\s*\.([A-Za-z_]\w*)\s*\}\}/g, (_, name: string) => lookUp(config, name));
}

function physicalAddress(address: string, config: BuilderConfig): string {
  const file = config.addresses_file;
  if (file === undefined) return address;
  return readAddressBookFile(file).addresses[address] ?? address;
}

/** The connection one peer uses, from the package's template and this peer's settings. */
export function resolveConnection(template: unknown, config: BuilderConfig): Connection {
  const connection = connectionSchema.parse(template);
  const expand = (text: string) => expandTemplate(text, config);
  const plain = {
    ...connection,
    address: physicalAddress(expand(connection.address), config),
    dial_timeout: expand(connection.dial_timeout),
  };
  if (!connection.tls_required) return plain;
  return {
    ...plain,
    root_cert: expand(connection.root_cert),
    client_key: expand(connection.client_key),
    client_cert: expand(connection.client_cert),
  };
}
