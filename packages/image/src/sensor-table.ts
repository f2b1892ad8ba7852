/** The rows of the sensor table; `sensors.ts` says what the columns mean. */

type Range = readonly [low: number, high: number];
type Triple = readonly [number, number, number];

interface Row {
  readonly name: string;
  readonly title: string;
  readonly aliases: readonly string[];
  readonly panRange?: Range;
  readonly bands: readonly { readonly name: string; readonly range: Range }[];
  readonly panResolution?: number;
  readonly msResolution: number;
  readonly ratio: number;
  readonly bits: number;
  /** Absent where nobody publishes them. */
  readonly msGains?: readonly number[];
  readonly panGain?: number;
  readonly trueColor: Triple;
  readonly falseColor: Triple;
}

/** 'Blue 450-520, Green 520-600' as bands. */
function bands(list: string): { name: string; range: Range }[] {
  return list.split(', ').map((entry) => {
    const [name, low, high] = /^(.+) (\d+)-(\d+)$/.exec(entry)!.slice(1);
    return { name, range: [Number(low), Number(high)] as const };
  });
}

/** Bands in the order blue, green, red, near infrared. */
const BGRN = { trueColor: [2, 1, 0], falseColor: [3, 2, 1] } as const;
/** The eight bands of WorldView-2 and -3. */
const WORLDVIEW_8 =
  'Coastal 400-450, Blue 450-510, Green 510-580, Yellow 585-625, Red 630-690, ' +
  'RedEdge 705-745, NIR1 770-895, NIR2 860-1040';
const GEOEYE_4 = 'Blue 450-510, Green 510-580, Red 655-690, NIR 780-920';
const SPOT_4 = 'Blue 450-520, Green 530-590, Red 625-695, NIR 760-890';
const OLI =
  'B1 435-451, B2 452-512, B3 533-590, B4 636-673, B5 851-879, B6 1567-1651, B7 2107-2294';

export const SENSOR_TABLE: readonly Row[] = [
  {
    name: 'quickbird',
    title: 'QuickBird',
    aliases: ['qb', 'qb2', 'qb02'],
    panRange: [450, 900],
    bands: bands('Blue 450-520, Green 520-600, Red 630-690, NIR 760-900'),
    panResolution: 0.61,
    msResolution: 2.44,
    ratio: 4,
    bits: 11,
    msGains: [0.34, 0.32, 0.3, 0.22],
    panGain: 0.15,
    ...BGRN,
  },
  {
    name: 'ikonos',
    title: 'IKONOS',
    aliases: ['ik', 'ik2', 'ik02'],
    panRange: [526, 929],
    bands: bands('Blue 445-516, Green 506-595, Red 632-698, NIR 757-853'),
    panResolution: 0.82,
    msResolution: 3.28,
    ratio: 4,
    bits: 11,
    msGains: [0.26, 0.28, 0.29, 0.28],
    panGain: 0.17,
    ...BGRN,
  },
  {
    name: 'geoeye-1',
    title: 'GeoEye-1',
    aliases: ['ge1', 'ge01', 'geoeye'],
    panRange: [450, 800],
    bands: bands(GEOEYE_4),
    panResolution: 0.41,
    msResolution: 1.65,
    ratio: 4,
    bits: 11,
    msGains: [0.23, 0.23, 0.23, 0.23],
    panGain: 0.16,
    ...BGRN,
  },
  {
    name: 'worldview-2',
    title: 'WorldView-2',
    aliases: ['wv2', 'wv02'],
    panRange: [450, 800],
    bands: bands(WORLDVIEW_8),
    panResolution: 0.46,
    msResolution: 1.84,
    ratio: 4,
    bits: 11,
    msGains: [0.35, 0.35, 0.35, 0.35, 0.35, 0.35, 0.35, 0.27],
    panGain: 0.11,
    trueColor: [4, 2, 1],
    falseColor: [6, 4, 2],
  },
  {
    name: 'worldview-3',
    title: 'WorldView-3',
    aliases: ['wv3', 'wv03'],
    panRange: [450, 800],
    bands: bands(WORLDVIEW_8),
    panResolution: 0.31,
    msResolution: 1.24,
    ratio: 4,
    bits: 11,
    msGains: [0.325, 0.355, 0.36, 0.35, 0.365, 0.36, 0.335, 0.315],
    panGain: 0.14,
    trueColor: [4, 2, 1],
    falseColor: [6, 4, 2],
  },
  {
    name: 'worldview-4',
    title: 'WorldView-4',
    aliases: ['wv4', 'wv04', 'ge2'],
    panRange: [450, 800],
    bands: bands(GEOEYE_4),
    panResolution: 0.31,
    msResolution: 1.24,
    ratio: 4,
    bits: 11,
    msGains: [0.23, 0.23, 0.23, 0.23],
    panGain: 0.16,
    ...BGRN,
  },
  {
    name: 'gaofen-2',
    title: 'GaoFen-2',
    aliases: ['gf2', 'gf02'],
    panRange: [450, 900],
    bands: bands('Blue 450-520, Green 520-590, Red 630-690, NIR 770-890'),
    panResolution: 0.8,
    msResolution: 3.2,
    ratio: 4,
    bits: 10,
    ...BGRN,
  },
  {
    name: 'spot-6',
    title: 'SPOT 6',
    aliases: ['spot6'],
    panRange: [450, 745],
    bands: bands(SPOT_4),
    panResolution: 1.5,
    msResolution: 6,
    ratio: 4,
    bits: 12,
    ...BGRN,
  },
  {
    name: 'spot-7',
    title: 'SPOT 7',
    aliases: ['spot7', 'azersky'],
    panRange: [450, 745],
    bands: bands(SPOT_4),
    panResolution: 1.5,
    msResolution: 6,
    ratio: 4,
    bits: 12,
    ...BGRN,
  },
  {
    name: 'pleiades',
    title: 'Pleiades 1A/1B',
    aliases: ['phr', 'phr1a', 'phr1b', 'pleiades-1a', 'pleiades-1b'],
    panRange: [470, 830],
    bands: bands('Blue 430-550, Green 500-620, Red 590-710, NIR 740-940'),
    panResolution: 0.5,
    msResolution: 2,
    ratio: 4,
    bits: 12,
    ...BGRN,
  },
  {
    name: 'landsat-7',
    title: 'Landsat 7 ETM+',
    aliases: ['l7', 'le07', 'etm+', 'etm'],
    panRange: [520, 900],
    bands: bands('B1 450-520, B2 520-600, B3 630-690, B4 770-900, B5 1550-1750, B7 2090-2350'),
    panResolution: 15,
    msResolution: 30,
    ratio: 2,
    bits: 8,
    ...BGRN,
  },
  {
    name: 'landsat-8',
    title: 'Landsat 8 OLI',
    aliases: ['l8', 'lc08', 'oli'],
    panRange: [503, 676],
    bands: bands(OLI),
    panResolution: 15,
    msResolution: 30,
    ratio: 2,
    bits: 12,
    trueColor: [3, 2, 1],
    falseColor: [4, 3, 2],
  },
  {
    name: 'landsat-9',
    title: 'Landsat 9 OLI-2',
    aliases: ['l9', 'lc09', 'oli2'],
    panRange: [503, 676],
    bands: bands(OLI),
    panResolution: 15,
    msResolution: 30,
    ratio: 2,
    bits: 14,
    trueColor: [3, 2, 1],
    falseColor: [4, 3, 2],
  },
  {
    name: 'sentinel-2',
    title: 'Sentinel-2 MSI, 10 m bands',
    aliases: ['s2', 's2-10m', 's2a', 's2b', 's2c'],
    bands: bands('B2 458-523, B3 543-578, B4 650-680, B8 785-899'),
    msResolution: 10,
    ratio: 2,
    bits: 12,
    msGains: [0.275, 0.28, 0.25, 0.24],
    ...BGRN,
  },
  {
    name: 'sentinel-2-20m',
    title: 'Sentinel-2 MSI, 20 m bands',
    aliases: ['s2-20m'],
    bands: bands('B5 698-713, B6 733-748, B7 773-793, B8A 855-875, B11 1565-1655, B12 2100-2280'),
    msResolution: 20,
    ratio: 2,
    bits: 12,
    msGains: [0.365, 0.33, 0.34, 0.32, 0.205, 0.235],
    trueColor: [2, 1, 0],
    falseColor: [5, 4, 3],
  },
  {
    name: 'sentinel-2-60m',
    title: 'Sentinel-2 MSI, 60 m bands',
    aliases: ['s2-60m'],
    bands: bands('B1 433-453, B9 935-955, B10 1360-1390'),
    msResolution: 60,
    ratio: 6,
    bits: 12,
    msGains: [0.3175, 0.295, 0.3],
    trueColor: [2, 1, 0],
    falseColor: [2, 1, 0],
  },
  {
    name: 'prisma',
    title: 'PRISMA',
    aliases: ['prs'],
    panRange: [400, 700],
    bands: [],
    panResolution: 5,
    msResolution: 30,
    ratio: 6,
    bits: 12,
    msGains: [0.3],
    panGain: 0.2,
    trueColor: [32, 21, 10],
    falseColor: [45, 32, 21],
  },
  {
    name: 'hyperion-ali',
    title: 'Hyperion with ALI PAN',
    aliases: ['hyperion', 'eo1', 'eo-1', 'ali'],
    panRange: [480, 690],
    bands: [],
    panResolution: 10,
    msResolution: 30,
    ratio: 3,
    bits: 12,
    trueColor: [28, 19, 11],
    falseColor: [42, 28, 19],
  },
  {
    name: 'generic',
    title: 'Unknown sensor',
    aliases: ['none', 'unknown'],
    bands: [],
    msResolution: 1,
    ratio: 4,
    bits: 16,
    trueColor: [2, 1, 0],
    falseColor: [3, 2, 1],
  },
];
