import { SYSTEM } from './systems.js';

/**
 * Which medicines tell of something sensitive, by the class of their ingredient. Sources: WHO's ATC index for
 * the classes; ingredient codes of RxNorm as CPIC publishes them (github.com/cpicpgx/cpic-schema); the FDA's
 * NDC directory for the few products. RxNorm and NDC number each strength and pack by itself, so the names
 * of ingredients and brands are looked for in the texts beside a code. The table is small on purpose.
 */
export interface MedicineClass {
  readonly code: string;
  readonly means: string;
  /** ATC codes with all below them. */
  readonly atc: readonly string[];
  /** RxNorm's concepts of ingredients. */
  readonly rxnorm: readonly string[];
  /** Labeler and product of an NDC, as 5 and 4 digits. */
  readonly ndc: readonly string[];
  /** Ingredients and brands, one word each, in lower case. */
  readonly names: readonly string[];
}

export const MEDICINE_CLASSES: readonly MedicineClass[] = [
  {
    code: 'HIV',
    means: 'antiretrovirals',
    atc: [
      ...['J05AE', 'J05AF01', 'J05AF02', 'J05AF03', 'J05AF04', 'J05AF05', 'J05AF06', 'J05AF07'],
      ...['J05AF09', 'J05AF13', 'J05AG', 'J05AJ', 'J05AR', 'J05AX07', 'J05AX09', 'J05AX23'],
      ...['J05AX29', 'J05AX31'],
    ],
    rxnorm: ['190521', '343047', '1433868', '195085', '53654'],
    ndc: ['61958-2501', '61958-2002'],
    names: [
      ...['abacavir', 'atazanavir', 'bictegravir', 'cabotegravir', 'cobicistat', 'darunavir'],
      ...[
        'dolutegravir',
        'doravirine',
        'efavirenz',
        'elvitegravir',
        'emtricitabine',
        'enfuvirtide',
      ],
      ...['etravirine', 'fosamprenavir', 'fostemsavir', 'ibalizumab', 'lamivudine', 'lenacapavir'],
      ...['lopinavir', 'maraviroc', 'nelfinavir', 'nevirapine', 'raltegravir', 'rilpivirine'],
      ...['ritonavir', 'saquinavir', 'stavudine', 'tenofovir', 'tipranavir', 'zidovudine'],
      ...['atripla', 'biktarvy', 'cabenuva', 'complera', 'descovy', 'dovato', 'genvoya', 'juluca'],
      ...['kaletra', 'odefsey', 'prezista', 'stribild', 'symtuza', 'tivicay', 'triumeq', 'truvada'],
    ],
  },
  {
    code: 'SUD',
    means: 'treatment of opioid and alcohol dependence',
    atc: ['N07BB', 'N07BC'],
    rxnorm: ['6813', '7243'],
    ndc: ['12496-1208'],
    names: [
      ...['acamprosate', 'buprenorphine', 'disulfiram', 'levacetylmethadol', 'levomethadone'],
      ...['lofexidine', 'methadone', 'nalmefene', 'naltrexone', 'antabuse', 'campral', 'sublocade'],
      ...['suboxone', 'subutex', 'vivitrol', 'zubsolv'],
    ],
  },
  {
    code: 'PSY',
    means: 'antipsychotics, lithium, antidepressants, psychostimulants, medicines for dementia',
    atc: ['N05A', 'N06A', 'N06BA', 'N06D'],
    rxnorm: [
      ...['2626', '61381', '35636', '89013', '1658314', '5093', '73178', '8076', '8331', '10502'],
      ...['114176', '704', '42347', '2556', '321988', '2597', '3247', '3638', '72625', '4493'],
      ...['42355', '5691', '15996', '7531', '32937', '8886', '36437', '10834', '39786', '1455099'],
      ...['38400', '6901', '135447', '4637'],
    ],
    ndc: ['00078-0126'],
    names: [
      ...[
        'amisulpride',
        'aripiprazole',
        'asenapine',
        'brexpiprazole',
        'cariprazine',
        'chlorpromazine',
      ],
      ...['clozapine', 'flupentixol', 'fluphenazine', 'haloperidol', 'iloperidone', 'lithium'],
      ...['lurasidone', 'olanzapine', 'paliperidone', 'perphenazine', 'pimozide', 'quetiapine'],
      ...['risperidone', 'thioridazine', 'ziprasidone', 'zuclopenthixol', 'agomelatine'],
      ...[
        'amitriptyline',
        'bupropion',
        'citalopram',
        'clomipramine',
        'desipramine',
        'desvenlafaxine',
      ],
      ...['doxepin', 'duloxetine', 'escitalopram', 'esketamine', 'fluoxetine', 'fluvoxamine'],
      ...['imipramine', 'milnacipran', 'mirtazapine', 'nortriptyline', 'paroxetine', 'phenelzine'],
      ...[
        'protriptyline',
        'sertraline',
        'tranylcypromine',
        'trazodone',
        'trimipramine',
        'venlafaxine',
      ],
      ...['vilazodone', 'vortioxetine', 'atomoxetine', 'dexmethylphenidate', 'lisdexamfetamine'],
      ...['methylphenidate', 'donepezil', 'galantamine', 'memantine', 'rivastigmine', 'abilify'],
      ...['clozaril', 'invega', 'latuda', 'prozac', 'risperdal', 'seroquel', 'zoloft', 'zyprexa'],
    ],
  },
  {
    code: 'SEX',
    means: 'contraception, fertility, termination of pregnancy, erectile dysfunction',
    atc: ['G02B', 'G03A', 'G03G', 'G03XB', 'G04BE'],
    rxnorm: [],
    ndc: [],
    names: [
      ...['desogestrel', 'dienogest', 'drospirenone', 'ethinyl', 'etonogestrel', 'levonorgestrel'],
      ...['mifepristone', 'norelgestromin', 'norethindrone', 'norgestimate', 'norgestrel'],
      ...[
        'ulipristal',
        'clomiphene',
        'avanafil',
        'vardenafil',
        'errin',
        'levora',
        'mirena',
        'natazia',
      ],
      ...['nexplanon', 'nuvaring', 'seasonique', 'yaz', 'viagra', 'cialis'],
    ],
  },
  {
    code: 'SICKLE',
    means: 'medicines for sickle cell disease',
    atc: ['B06AX01', 'B06AX03'],
    rxnorm: [],
    ndc: [],
    names: ['crizanlizumab', 'voxelotor', 'exagamglogene', 'lovotibeglogene'],
  },
  {
    code: 'GDIS',
    means: 'medicines for one genetic disease each',
    atc: ['A16AB', 'M09AX07', 'M09AX10', 'R07AX02', 'R07AX30', 'R07AX31', 'R07AX32'],
    rxnorm: ['1243041', '1547220', '901805'],
    ndc: [],
    names: [
      ...['agalsidase', 'alglucosidase', 'eliglustat', 'elexacaftor', 'imiglucerase', 'ivacaftor'],
      ...['lumacaftor', 'nusinersen', 'risdiplam', 'tafamidis', 'tezacaftor', 'velaglucerase'],
      ...['kalydeco', 'orkambi', 'spinraza', 'symdeko', 'trikafta'],
    ],
  },
];

/** Sensitivity codes of a medicine's code; the system by its canonical name. */
export function medicineSensitivities(system: string, code: string): readonly string[] {
  return MEDICINE_CLASSES.filter((one) => isOf(one, system, code)).map((one) => one.code);
}

/** Sensitivity codes of the names in a text about a medicine. */
export function namedMedicineSensitivities(text: string): readonly string[] {
  const words = new Set(text.toLowerCase().split(/[^a-z]+/));
  return MEDICINE_CLASSES.filter(({ names }) => names.some((name) => words.has(name))).map(
    ({ code }) => code,
  );
}

function isOf({ atc, rxnorm, ndc }: MedicineClass, system: string, code: string): boolean {
  switch (system) {
    case SYSTEM.atc:
      return atc.some((prefix) => code.toUpperCase().startsWith(prefix));
    case SYSTEM.rxnorm:
      return rxnorm.includes(code);
    case SYSTEM.ndc:
      return productsOf(code).some((product) => ndc.includes(product));
    default:
      return false;
  }
}

/**
 * Labeler and product of an NDC, each filled up with zeros: 4-4-2, 5-3-2, 5-4-1 or 5-4-2 (21 CFR 207.33). Ten
 * digits without hyphens may be any of three.
 */
function productsOf(code: string): readonly string[] {
  const [labeler = '', product = ''] = code.split('-');
  if (/^\d{4,5}$/.test(labeler) && /^\d{3,4}$/.test(product)) {
    return [`${labeler.padStart(5, '0')}-${product.padStart(4, '0')}`];
  }
  if (/^\d{11}$/.test(code)) return [`${code.slice(0, 5)}-${code.slice(5, 9)}`];
  if (!/^\d{10}$/.test(code)) return [];
  return [
    `0${code.slice(0, 4)}-${code.slice(4, 8)}`,
    `${code.slice(0, 5)}-0${code.slice(5, 8)}`,
    `${code.slice(0, 5)}-${code.slice(5, 9)}`,
  ];
}
