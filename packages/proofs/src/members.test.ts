import { X509Certificate } from 'node:crypto';
import { common, msp } from '@hyperledger/fabric-protos';
import type { SalusClient } from '@salus/client';
import { currentMembers, readMemberRoots } from '@salus/client/trust';
import { makeTestCa, type TestCa } from '@salus/testing/certificates';
import { coded } from '@salus/testing/coded';
import { readAuthorities } from './authorities.js';
import { verifyMember } from './members.js';

const MSP = 'ValleyMSP';

describe('a member', () => {
  let root: TestCa;
  let issuing: TestCa;
  let person: string;

  beforeAll(async () => {
    root = await makeTestCa('root');
    issuing = await root.intermediate('issuing');
    const attributes = { 'salus.role': 'physician', 'salus.practitioner': 'dr-1' };
    person = (await issuing.issue({ name: 'p', attributes })).certificate;
  });

  const verify = (lists: readonly (string | Uint8Array)[], pem = person) => {
    const authorities = readAuthorities([root.certificate, issuing.certificate], lists);
    return verifyMember(new X509Certificate(pem), MSP, new Map([[MSP, authorities]]), Date.now());
  };

  it('is known by the attributes that the CA gave', () => {
    expect(verify([])).toMatchObject({
      mspId: MSP,
      role: 'physician',
      practitioner: 'dr-1',
    });
  });

  it('is refused when the issuing CA has revoked the certificate', async () => {
    const other = (await issuing.issue()).certificate;
    const list = await issuing.revoke(other, person);
    expect(() => verify([list])).toThrow(coded('ERR_CERTIFICATE_REVOKED'));
    const der = Buffer.from(list.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
    expect(() => verify([der])).toThrow(coded('ERR_CERTIFICATE_REVOKED'));
    expect(() => verify([Buffer.from(list)])).toThrow(coded('ERR_CERTIFICATE_REVOKED'));
  });

  it('is refused by any of several lists, in one file or more', async () => {
    const [first, second] = [await issuing.revoke(), await issuing.revoke(person)];
    expect(() => verify([first, second])).toThrow(coded('ERR_CERTIFICATE_REVOKED'));
    expect(() => verify([`${first}\n${second}`])).toThrow(coded('ERR_CERTIFICATE_REVOKED'));
  });

  it('is refused when the CA that issued the certificate is revoked itself', async () => {
    const list = await root.revoke(issuing.certificate);
    expect(() => verify([list])).toThrow(coded('ERR_CERTIFICATE_REVOKED'));
  });

  it("is not hurt by others' revocations: of another number, CA, or by a list of no CA's", async () => {
    const impostor = await makeTestCa('issuing');
    const lists = [
      await issuing.revoke((await issuing.issue()).certificate),
      await root.revoke(person),
      await impostor.revoke(person),
    ];
    expect(verify(lists)).toMatchObject({ mspId: MSP });
  });

  it('is refused with a list that nobody can read', () => {
    expect(() => verify(['no list'])).toThrow();
  });

  describe("of the channel's configuration", () => {
    const clientOf = (answer: () => Promise<Uint8Array>) =>
      ({ channel: 'edge-east', contract: () => ({ evaluate: answer }) }) as unknown as SalusClient;

    const configuration = (lists: readonly string[]): Uint8Array => {
      const members = new msp.FabricMSPConfig();
      members.setName(MSP);
      members.setRootCertsList([Buffer.from(root.certificate)]);
      members.setIntermediateCertsList([Buffer.from(issuing.certificate)]);
      members.setRevocationListList(lists.map((list) => Buffer.from(list)));
      const outer = new msp.MSPConfig();
      outer.setConfig(members.serializeBinary());
      const value = new common.ConfigValue();
      value.setValue(outer.serializeBinary());
      const [config, channel, application, group] = [
        new common.Config(),
        new common.ConfigGroup(),
        new common.ConfigGroup(),
        new common.ConfigGroup(),
      ];
      group.getValuesMap().set('MSP', value);
      application.getGroupsMap().set('Valley', group);
      channel.getGroupsMap().set('Application', application);
      config.setChannelGroup(channel);
      return config.serializeBinary();
    };

    it('is refused when its revocation lists say so', async () => {
      const bytes = configuration([await issuing.revoke(person)]);
      const roots = await readMemberRoots(clientOf(() => Promise.resolve(bytes)));
      expect(() => verifyMember(new X509Certificate(person), MSP, roots, Date.now())).toThrow(
        coded('ERR_CERTIFICATE_REVOKED'),
      );
    });

    it('is refused soon after they say so, and not asked for each time', async () => {
      let [bytes, asked, now] = [configuration([]), 0, 0];
      const answer = () => {
        asked += 1;
        return Promise.resolve(bytes);
      };
      const members = currentMembers(clientOf(answer), () => now);
      const check = async () =>
        verifyMember(new X509Certificate(person), MSP, await members(), Date.now());
      await Promise.all([check(), check()]);
      expect(asked).toBe(1);
      bytes = configuration([await issuing.revoke(person)]);
      now = 10_000;
      await expect(check()).rejects.toThrow(coded('ERR_CERTIFICATE_REVOKED'));
      expect(asked).toBe(2);
    });

    it('is not believed while the peer does not answer, and asked for again', async () => {
      let fails = true;
      const bytes = configuration([]);
      const answer = () => (fails ? Promise.reject(new Error('gone')) : Promise.resolve(bytes));
      const members = currentMembers(clientOf(answer));
      await expect(members()).rejects.toThrow('gone');
      fails = false;
      expect((await members()).has(MSP)).toBe(true);
    });
  });
});
