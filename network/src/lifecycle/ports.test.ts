import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { portBaseOf } from '@salus/testing/port-plan';
import { assignAddress } from '../chaincode/builder/address-book.js';
import { instanceOf } from '../instance/instance.js';
import { listeningInodes } from './port-holder.js';
import { checkPorts, checkPortsToStart } from './ports.js';

const instance = instanceOf({
  home: mkdtempSync(path.join(tmpdir(), 'salus-ports-')),
  portBase: portBaseOf('ports'),
});
const port = instance.organizations[0]?.ports.peer ?? 0;

async function listener(port: number) {
  const program = `require('node:net').createServer().listen(${String(port)}, '127.0.0.1', () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

test.each([
  ['up', checkPorts],
  ['start', checkPortsToStart],
])('%s names a taken port and the process that holds it', async (_, check) => {
  const child = await listener(port);
  try {
    await expect(check(instance)).rejects.toMatchObject({
      code: 'ERR_PORT_TAKEN',
      message: expect.stringContaining(
        `127.0.0.1:${String(port)} (process ${String(child.pid)}, `,
      ) as string,
    });
  } finally {
    child.kill();
    await once(child, 'exit');
  }
  await expect(check(instance)).resolves.toBeUndefined();
});

test('start minds the chaincode ports that have a server, and no port in reserve', async () => {
  const [city] = instance.organizations;
  const pharma = instance.organizations.find(({ orderer }) => orderer === undefined);
  if (!city || !pharma) throw new Error('The topology lacks an organization without orderer');
  const served = Number(assignAddress(city, 'ehr:9999', instance.host).split(':')[1]);
  const reserved = [city.ports.chaincode[1] ?? 0, pharma.ports.orderer];
  const children = await Promise.all(reserved.map(listener));
  try {
    await expect(checkPorts(instance)).rejects.toMatchObject({ code: 'ERR_PORT_TAKEN' });
    await expect(checkPortsToStart(instance)).resolves.toBeUndefined();
    children.push(await listener(served));
    await expect(checkPortsToStart(instance)).rejects.toMatchObject({
      code: 'ERR_PORT_TAKEN',
      message: expect.stringContaining(`:${String(served)} `) as string,
    });
  } finally {
    children.forEach((child) => child.kill());
    await Promise.all(children.map((child) => once(child, 'exit')));
  }
});

test('a port that a mere connection holds is told apart from one that something listens on', async () => {
  const server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connection = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(connection, 'connect');
  const portBase = connection.localPort ?? 0;
  try {
    const overlapping = instanceOf({ home: instance.home, portBase });
    await expect(checkPorts(overlapping)).rejects.toMatchObject({
      code: 'ERR_PORT_TAKEN',
      message: expect.stringContaining(`connections: 127.0.0.1:${String(portBase)}`) as string,
      remedy: expect.stringContaining('SALUS_PORT_BASE') as string,
    });
  } finally {
    connection.destroy();
    server.close();
  }
});

test('only listening sockets of the kernel table count', () => {
  const row = (address: string, state: string, inode: string) =>
    `   0: ${address} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  0 0 ${inode} 1`;
  const table = [
    '  sl  local_address',
    row('0100007F:1B5B', '0A', '77'),
    row('0:1B5C', '01', '78'),
  ];
  expect([...listeningInodes(table.join('\n'))]).toEqual([['77', 0x1b5b]]);
});
