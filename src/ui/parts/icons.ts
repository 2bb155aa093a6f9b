/** Icons on a grid of 16: paths, stroked unless `fill` says otherwise. */
export interface IconPath {
  readonly d: string;
  readonly width?: number;
  readonly fill?: boolean;
  /** In the colour of the surface behind, as a tick on a disc. */
  readonly knockout?: boolean;
  readonly dash?: string;
}

const disc = (radius: number): string =>
  `M8 ${8 - radius}a${radius} ${radius} 0 1 1 0 ${2 * radius}a${radius} ${radius} 0 1 1 0-${2 * radius}z`;

export const icons = {
  run: [{ d: disc(6), fill: true }],
  wait: [{ d: disc(5.75) }, { d: 'M8 2.25a5.75 5.75 0 0 1 0 11.5z', fill: true }],
  ok: [
    { d: disc(6.5), fill: true },
    { d: 'M5 8.2l2.1 2.1L11 6.2', width: 1.8, knockout: true },
  ],
  fail: [
    { d: 'M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3z', fill: true },
    { d: 'M5.7 5.700l4.600 4.600M10.3 5.700l-4.600 4.600', width: 1.8, knockout: true },
  ],
  idle: [{ d: disc(6), dash: '2.2 2.5' }],
  model: [{ d: disc(4.5), width: 2 }],
  sleep: [{ d: disc(5), width: 2.5 }],
  halt: [
    {
      d: 'M4.25 1.75h7.5a2.500 2.500 0 0 1 2.500 2.500v7.5a2.500 2.500 0 0 1-2.500 2.500h-7.5a2.500 2.500 0 0 1-2.500-2.500v-7.5a2.500 2.500 0 0 1 2.500-2.500z',
    },
    { d: 'M6 5.500v5M10 5.500v5', width: 2 },
  ],
  zombie: [
    { d: 'M8 1.200 14.800 8 8 14.800 1.200 8z', dash: '3 1.6' },
    { d: 'M6 5.800h4L6 10.200h4', width: 1.6 },
  ],
  gone: [{ d: disc(6), dash: '2.2 2.5' }, { d: 'M5.500 8h5' }],
  done: [
    { d: 'M5 2h6a3 3 0 0 1 3 3v6a3 3 0 0 1-3 3H5a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3z', fill: true },
    { d: 'M5 8.200l2.100 2.100L11 6.200', width: 1.8, knockout: true },
  ],
  picture: [{ d: 'M5.500 1.750h5v4h-5zM1.750 10.250h5v4h-5zM9.250 10.250h5v4h-5zM8 5.750V8M4.200 10.200V8h7.600v2.200' }],
  split: [{ d: 'M4 2.500h8a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2zM2 8h12' }],
  play: [{ d: 'M5 3.2v9.6L12.5 8z', fill: true }],
  pause: [{ d: 'M5.5 3.5v9M10.5 3.5v9', width: 2.5 }],
  step: [
    { d: 'M3.5 3.2v9.6L10.500 8z', fill: true },
    { d: 'M12.500 3.500v9', width: 2 },
  ],
  enter: [{ d: 'M13 3.5v4a2 2 0 0 1-2 2H3.5M6.5 6.5l-3 3 3 3' }],
  system: [{ d: disc(5.75) }, { d: 'M8 2.25a5.75 5.75 0 0 0 0 11.5z', fill: true }],
  light: [
    { d: disc(3) },
    { d: 'M8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.900 11.900l.7.7M12.600 3.400l-.7.7M4.100 11.900l-.7.7' },
  ],
  dark: [{ d: 'M13.200 9.600A5.600 5.600 0 0 1 6.400 2.800a5.600 5.600 0 1 0 6.800 6.800z' }],
  info: [{ d: disc(6.2) }, { d: 'M8 7.5v3.5M8 5v.1', width: 1.8 }],
  more: [{ d: 'M3.5 8h.1M8 8h.1M12.5 8h.1', width: 2.4 }],
  up: [{ d: 'm4 10 4-4 4 4' }],
  down: [{ d: 'm4 6 4 4 4-4' }],
  next: [{ d: 'M3 8h10M9 4l4 4-4 4' }],
  previous: [{ d: 'M13 8H3M7 4 3 8l4 4' }],
  hint: [{ d: 'M6 11.5c0-1.4-2-2.2-2-4.7a4 4 0 0 1 8 0c0 2.5-2 3.3-2 4.7zM6.5 14h3' }],
  flag: [{ d: 'M4 14V2.5M4 3h8l-2 3 2 3H4' }],
  file: [{ d: 'M4 2h5l3 3v9H4zM9 2v3h3' }],
  terminal: [{ d: 'M3.75 2.75h8.5a2 2 0 0 1 2 2v6.5a2 2 0 0 1-2 2h-8.5a2 2 0 0 1-2-2v-6.5a2 2 0 0 1 2-2zm.75 3.25 2 2-2 2M8.5 10.2h3' }],
  book: [{ d: 'M8 4.2C6.6 3.2 4.8 2.8 2.5 2.8v9.4c2.3 0 4.1.4 5.5 1.4 1.4-1 3.2-1.4 5.5-1.4V2.8c-2.3 0-4.1.4-5.5 1.4zM8 4.2v9.4' }],
  share: [{ d: 'M8 10V2.500M5 5l3-3 3 3M3.500 8.500v5h9v-5' }],
  full: [{ d: 'M9.5 2.5h4v4M13.2 2.8 9 7M6.5 13.5h-4v-4M2.8 13.2 7 9' }],
  undo: [{ d: 'M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6M5.8 3.5l-3 3 3 3' }],
  plus: [{ d: 'M8 3.5v9M3.5 8h9' }],
  close: [{ d: 'm4 4 8 8M12 4l-8 8' }],
  wrench: [
    {
      d: 'M13.700 4.600a3.700 3.700 0 0 1-4.900 4.500L4.300 13.600a1.350 1.350 0 0 1-1.900-1.900L6.900 7.200a3.700 3.700 0 0 1 4.500-4.900L9.200 4.500l.5 1.800 1.800.5z',
    },
  ],
  keyboard: [
    {
      d: 'M3 4h10a1.500 1.500 0 0 1 1.500 1.500v5a1.500 1.500 0 0 1-1.500 1.500H3a1.500 1.500 0 0 1-1.500-1.500v-5A1.500 1.500 0 0 1 3 4zM4.300 6.800h.1M6.800 6.800h.1M9.200 6.800h.1M11.700 6.800h.1M5.500 9.500h5',
    },
  ],
} as const satisfies Record<string, readonly IconPath[]>;

export type IconName = keyof typeof icons;
