import type { Lineage, Opening } from '../computation/api.js';
import { computationPurposes, contentRuleOf, openingRuleOf, type PurposeLedger } from './index.js';

const ledger = {} as PurposeLedger;
const about = (purpose: string) => ({ opening: { purpose } as Opening, lineage: {} as never });

describe('the table of purposes', () => {
  it('names every purpose, and every matter that contents are served by, once', () => {
    const purposes = computationPurposes.map(({ purpose }) => purpose);
    expect(purposes).toEqual(['claims', 'joint-statistics']);
    const matters = computationPurposes.flatMap(({ contentRule }) => contentRule?.by ?? []);
    expect(matters).toEqual(['claim', 'study']);
  });

  it('finds the rule of an opening by the purpose of its key', async () => {
    const study = { evaluation: { evaluationId: 'joint-statistics:s.1' } } as Lineage;
    const getStudy = jest.fn(() => Promise.reject(new Error('asked for')));
    const opening = openingRuleOf(
      { ...about('joint-statistics'), lineage: study },
      {
        ...ledger,
        getStudy,
      },
    );
    await expect(opening).rejects.toThrow('asked for');
    expect(getStudy).toHaveBeenCalledWith('s');
    // The first release had a purpose of this name beside claims.
    for (const unknown of ['statistics', 'lottery']) {
      expect(await openingRuleOf(about(unknown), ledger)).toBeUndefined();
    }
  });

  it('finds the rule for a content by the matter that a request names', () => {
    expect(contentRuleOf({ claim: 'c1' })).toMatchObject({ id: 'c1', rule: { by: 'claim' } });
    expect(contentRuleOf({ chaincode: 's', study: 's1' })).toMatchObject({ id: 's1' });
    expect(contentRuleOf({ chaincode: 'claims', key: 'k1' })).toBeUndefined();
  });
});
