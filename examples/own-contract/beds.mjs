// A contract of the operator's own, called by the same connection as those of Salus.
//
//   node beds.mjs SETTINGS FREE

import { readFile } from 'node:fs/promises';
import { connect } from '@salus/client';

const [file, free] = process.argv.slice(2);
const client = await connect(JSON.parse(await readFile(file, 'utf8')));
try {
  const beds = client.contract('beds');
  const { transactionId } = await beds.submit('tell', { args: [free] });
  const told = await beds.evaluate('free', { args: [client.mspId] });
  console.log(JSON.stringify({ transactionId, hospital: client.mspId, free: Number(told) }));
} finally {
  client.close();
}
