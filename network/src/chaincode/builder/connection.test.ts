import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expandTemplate, parseBuilderConfig, resolveConnection } from './connection.js';

describe('templates in connection.json', () => {
  it('are filled from the settings', () => {
    expect(expandTemplate('{{.peername}}_x:{{ .port }}', { peername: 'p', port: '1' })).toBe(
      'p_x:1',
    );
  });

  it('name the setting that is missing', () => {
    expect(() => expandTemplate('{{.peername}}', {})).toThrow('asks for {{.peername}}');
  });

  it('refuse settings that are not texts', () => {
    expect(() => parseBuilderConfig('[]')).toThrow('is not a JSON object of texts');
    expect(() => parseBuilderConfig('{')).toThrow('is not a JSON object of texts');
  });
});

describe('the connection of one peer', () => {
  let folder: string;
  const file = (name: string, content: string) => {
    const target = path.join(folder, name);
    writeFileSync(target, content);
    return target;
  };

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'connection-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const template = {
    address: '{{.peername}}_ehr_ccaas:9999',
    tls_required: true,
    client_auth_required: true,
    client_key: '{{.client_key}}',
    client_cert: '{{.client_cert}}',
    root_cert: '{{.root_cert}}',
  };

  it('takes keys and certificates from the files of the organization', () => {
    const connection = resolveConnection(template, {
      peername: 'peer0',
      client_key_file: file('key', 'KEY'),
      client_cert_file: file('cert', 'CERT'),
      root_cert_file: file('root', 'ROOT'),
      addresses_file: file(
        'book',
        '{"addresses":{"peer0_ehr_ccaas:9999":"127.0.0.1:7008"},"serving":[]}',
      ),
    });
    expect(connection).toEqual({
      address: '127.0.0.1:7008',
      dial_timeout: '10s',
      tls_required: true,
      client_auth_required: true,
      client_key: 'KEY',
      client_cert: 'CERT',
      root_cert: 'ROOT',
    });
  });

  it('works with the settings of the stock builder: an address not in the book stays', () => {
    const { address } = resolveConnection(
      { address: '{{.peername}}_basic_ccaas:9999' },
      { peername: 'peer0org1' },
    );
    expect(address).toBe('peer0org1_basic_ccaas:9999');
  });
});
