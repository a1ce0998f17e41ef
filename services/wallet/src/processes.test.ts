import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WalletOwner } from '@salus/client/wallet';
import { generateHpkeKeyPair } from '@salus/crypto/hpke';
import { NATIONAL_ID, salus, serve, type Served } from '@salus/testing/salus-process';
import { WalletWorld } from '@salus/testing/wallet-world';
import { WalletHome } from './wallet-home.js';

const CHANNEL = ['--channel', 'edge-east'];

/** Somebody with a wallet: a process and a home of its own. */
interface Person {
  readonly home: string;
  readonly owner: WalletOwner;
  readonly served: Served;
}

/** Guardians, each with a wallet that runs as a process of its own. */
describe('wallets of several people', () => {
  let folder: string;
  const people: Person[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'salus-wallets-'));
  });

  afterAll(async () => {
    await Promise.all(people.map(({ served }) => served.stop()));
    await rm(folder, { recursive: true });
  });

  const person = async (name: string, ...init: string[]): Promise<Person> => {
    const home = path.join(folder, name);
    await new WalletHome(home).init(
      {
        nationalId: NATIONAL_ID,
        ...(init.includes('--recover') && { recover: { olderKeys: 'LOST' as const } }),
      },
      'passphrase of a test',
    );
    const served = await serve(home, ...CHANNEL, 'wallet', 'serve');
    const made = { home, served, owner: new WalletOwner(await new WalletHome(home).owner()) };
    people.push(made);
    return made;
  };

  /** Lets a person ask this one, by a file as it would be handed over. */
  const invite = async ({ owner }: Person, guest: string, to: Person, as: string) => {
    const file = path.join(to.home, `${as}.invitation`);
    await writeFile(file, JSON.stringify(await owner.invite(guest, 'person')));
    return `${as}=${file}`;
  };

  /** The owner agrees to what a person asks, after looking at the words. */
  const agree = async ({ owner }: Person, expected: RegExp): Promise<void> => {
    for (;;) {
      const waiting = (await owner.requests()).find(({ status }) => status === 'PENDING');
      if (waiting) {
        expect(waiting.words.join('\n')).toMatch(expected);
        return owner.decide(waiting.id, 'approve');
      }
      await sleep(100);
    }
  };

  const answered = ({ stdout, stderr, exitCode }: Awaited<ReturnType<typeof salus>>): unknown => {
    if (exitCode !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  };

  it('recover a lost one: two of three guardians are enough', async () => {
    const world = await WalletWorld.open();
    const ada = await person('ada');
    const hospital = await generateHpkeKeyPair();
    const { statement = '', pseudonym = '' } = await ada.owner.command({
      type: 'register',
      hpkePublicKey: hospital.publicKey,
    });
    await world.ehr().registerPatient(statement);

    const guardians = await Promise.all(['bob', 'carol', 'dan'].map((name) => person(name)));
    const invitations = await Promise.all(
      guardians.map((one, index) => invite(one, 'Ada', ada, ['Bob', 'Carol', 'Dan'][index] ?? '')),
    );
    const set = salus(
      ada.home,
      ...['wallet', 'guardians', 'set', '--threshold', '2', '--delay-hours', '1'],
      ...invitations.flatMap((one) => ['--guardian', one]),
    );
    await Promise.all(guardians.map((one) => agree(one, /Ada asks you to be a guardian/)));
    const { statements } = answered(await set) as { statements: { statement: string }[] };
    for (const one of statements) await world.ehr().setGuardians(one.statement);

    // The device is gone, and Carol is out of reach.
    await ada.served.stop();
    const [bob, carol, dan] = guardians;
    await carol?.served.stop();
    const anew = await person('ada-anew', '--recover');
    const again = await Promise.all(
      [bob, dan].map((one, index) => invite(one!, 'Ada', anew, ['Bob', 'Dan'][index] ?? '')),
    );
    const recovering = salus(
      anew.home,
      ...['wallet', 'recover'],
      ...again.flatMap((one) => ['--guardian', one]),
    );
    await Promise.all([bob, dan].map((one) => agree(one!, /compare this code .*: (\d{5} ?){6}/)));
    const ended = await recovering;
    const { requests } = answered(ended) as {
      requests: { pseudonym: string; approvals: string[]; possession: string }[];
    };
    expect(ended.stderr).toMatch(/Read this to each guardian: (\d{5} ?){6}/);
    expect(requests.map((one) => one.pseudonym)).toEqual([pseudonym]);

    const [{ approvals, possession }] = requests as [(typeof requests)[number]];
    await world.ehr().requestRecovery({ pseudonym, approvals, possession });
    world.now = () => Date.now() + 3_601_000;
    await world.ehr().completeRecovery(pseudonym);
    world.now = () => Date.now();
    const { keys } = await world.ehr().getPatient(pseudonym);
    expect(keys.map(({ status }) => status)).toEqual(['LOST', 'ACTIVE']);

    // The new wallet speaks for the same patient.
    const denied = answered(
      await salus(anew.home, 'wallet', 'deny', '--to', 'InsurerMSP', '--days', '10'),
    ) as { statement: string };
    await world.ehr().grantAccess(denied.statement);
  });
});
