import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CARE_COLLECTION } from './keys.js';
import { HOSPITALS } from './organisations.js';

interface Collection {
  readonly name: string;
  readonly policy: string;
  readonly endorsementPolicy: { readonly signaturePolicy: string };
}

const file = path.join(__dirname, '..', '..', 'collections_config.json');
const collections = JSON.parse(readFileSync(file, 'utf8')) as readonly Collection[];

test('the hospitals are the members of the collection, any one of whom endorses', () => {
  const anyOne = (role: string) => `OR(${HOSPITALS.map((id) => `'${id}.${role}'`).join(',')})`;
  expect(collections).toMatchObject([
    {
      name: CARE_COLLECTION,
      policy: anyOne('member'),
      endorsementPolicy: { signaturePolicy: anyOne('peer') },
    },
  ]);
});
