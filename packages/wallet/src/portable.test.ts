import path from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { build, stop, type Plugin } from 'esbuild';
import { generateHpkeKeyPair } from '@salus/crypto/hpke';
import { verifyStatement } from '@salus/crypto/statement';
import { accessGrant, keyEnd, patientRegistration, type PublicJwk } from '@salus/protocol';
import { sourceOf } from '../../../scripts/jest-resolver.js';
import type * as core from './index.js';

/** Takes the sources of the workspace's packages: what they are built to may be older. */
const sources: Plugin = {
  name: 'sources',
  setup: (builder) => {
    builder.onResolve({ filter: /^@salus\// }, ({ path: request }) => ({
      path: sourceOf(request),
    }));
  },
};

/** What a browser's window and its workers have, as far as the wallet uses it. */
const browser = () => ({
  crypto,
  TextEncoder,
  TextDecoder,
  btoa,
  atob,
  structuredClone,
  URL,
});

/** Fails where a module of Node's is reached, but for what @hpke asks of Node 18 where it has to. */
async function bundle(): Promise<string> {
  const { outputFiles, metafile } = await build({
    entryPoints: [path.join(__dirname, 'index.ts')],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'salus',
    target: 'es2022',
    plugins: [sources],
    external: ['crypto'],
  });
  const reached = Object.entries(metafile.inputs).flatMap(([file, { imports }]) =>
    imports.filter(({ external }) => external === true).map((one) => `${file} → ${one.path}`),
  );
  expect(reached.filter((one) => !/node_modules\/@hpke\/.* → crypto$/.test(one))).toEqual([]);
  return outputFiles[0]?.text ?? '';
}

describe('the portable core', () => {
  let page: typeof core;
  let hospital: Awaited<ReturnType<typeof generateHpkeKeyPair>>;

  beforeAll(async () => {
    const context = createContext(browser());
    runInContext(await bundle(), context);
    page = (context as { salus: typeof core }).salus;
    hospital = await generateHpkeKeyPair();
  });

  // The bundler is a process of its own.
  afterAll(() => stop());

  it('has nothing of Node’s where it runs', () => {
    const context = createContext(browser());
    const there = 'typeof process + typeof Buffer + typeof require + typeof global';
    expect(runInContext(there, context)).toBe('undefined'.repeat(4));
  });

  it.each(['ES256', 'EdDSA'] as const)(
    'signs with %s in a page what the contract verifies',
    async (alg) => {
      const state = await page.newWalletState('AB 123 456', ['hospital'], alg);
      const wallet = new page.PatientWallet(state, 'edge-east', { save: () => Promise.resolve() });
      const [key] = state.keys;
      const expectation = (type: string) => ({
        type,
        channel: 'edge-east',
        contract: 'ehr',
        audience: 'ehr',
        jwk: key?.jwk as PublicJwk,
        now: Date.now(),
      });
      const asker = { kind: 'hospital' } as const;
      const registered = (await wallet.perform(
        { type: 'register', hpkePublicKey: hospital.publicKey },
        asker,
      )) as { statement: string; pseudonym: string };
      const registration = verifyStatement(
        registered.statement,
        patientRegistration,
        expectation('PatientRegistration.v1'),
      );
      expect(registration.pseudonym).toBe(registered.pseudonym);
      const granted = (await wallet.perform(
        page.walletRequest.parse({
          type: 'grant',
          grantee: { mspId: 'ValleyHospitalMSP' },
          categories: ['laboratory'],
          days: 30,
        }) as core.CoreRequest,
        asker,
      )) as { statement: string };
      const grant = verifyStatement(granted.statement, accessGrant, expectation('AccessGrant.v1'));
      expect(grant.scope.categoryTags).toHaveLength(1);
      const added = (await wallet.perform({ type: 'add-key' }, asker)) as { kid: string };
      const ended = (await wallet.perform({ type: 'retire-key', kid: added.kid }, asker)) as {
        statement: string;
      };
      expect(verifyStatement(ended.statement, keyEnd, expectation('KeyEnd.v1')).key).toBe(
        added.kid,
      );
    },
  );
});
