import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from '../instance/run-command.js';

/** What of a channel's configuration an update of an organization's MSP needs, as configtxlator writes it. */
export interface ChannelConfig {
  channel_group: {
    groups: {
      Application: {
        groups: Partial<
          Record<string, { values: { MSP: { value: { config: { revocation_list?: string[] } } } } }>
        >;
      };
    };
  };
}

interface ConfigBlock {
  data: { data: [{ payload: { data: { config: ChannelConfig } } }] };
}

const CONFIG_UPDATE = 2;

/** Reads and makes the messages of a configuration update in a folder, with configtxlator. */
export class ConfigFiles {
  constructor(
    private readonly folder: string,
    private readonly configtxlator: string,
  ) {}

  /** The configuration in a block that was fetched into a file. */
  async configOf(block: string): Promise<ChannelConfig> {
    const { data } = (await this.#decode('common.Block', block)) as ConfigBlock;
    return data.data[0].payload.data.config;
  }

  /** Writes the unsigned update that leads from one configuration to another, and gives its file. */
  async updateEnvelope(channel: string, from: ChannelConfig, to: ChannelConfig): Promise<string> {
    const update = this.#file('update.pb');
    await runCommand(this.configtxlator, [
      ...['compute_update', '--channel_id', channel, '--output', update],
      ...['--original', await this.#encode('common.Config', 'from', from)],
      ...['--updated', await this.#encode('common.Config', 'to', to)],
    ]);
    const config_update = await this.#decode('common.ConfigUpdate', update);
    const header = { channel_header: { channel_id: channel, type: CONFIG_UPDATE } };
    const envelope = { payload: { header, data: { config_update } } };
    return this.#encode('common.Envelope', 'envelope', envelope);
  }

  async #decode(type: string, input: string): Promise<unknown> {
    const output = `${input}.json`;
    const args = ['proto_decode', '--type', type, '--input', input, '--output', output];
    await runCommand(this.configtxlator, args);
    return JSON.parse(readFileSync(output, 'utf8'));
  }

  async #encode(type: string, name: string, message: object): Promise<string> {
    const [input, output] = [this.#file(`${name}.json`), this.#file(`${name}.pb`)];
    writeFileSync(input, JSON.stringify(message), { mode: 0o600 });
    const args = ['proto_encode', '--type', type, '--input', input, '--output', output];
    await runCommand(this.configtxlator, args);
    return output;
  }

  #file(name: string): string {
    return path.join(this.folder, name);
  }
}
