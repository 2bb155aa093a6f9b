import { namespacePages } from './namespaces';
import { signalPages } from './signals';

/** A manual page. In a section's body each string is a paragraph; `[TAG] text` describes TAG; a leading blank keeps a line as it is. */
export interface ManPage {
  readonly name: string;
  readonly section: number;
  readonly summary: string;
  readonly body: readonly (readonly [heading: string, body: readonly string[]])[];
}

const about: ManPage = {
  name: 'man',
  section: 1,
  summary: 'read manual pages',
  body: [
    ['SYNOPSIS', ['man [-k|-f] [section] page ...']],
    [
      'DESCRIPTION',
      [
        'man shows a page, with less when the output is a terminal. Section 1 holds commands, 2 system calls, 5 files, 7 the rest.',
        'Pausebox has pages on processes, signals and namespaces only; most commands explain themselves with --help.',
      ],
    ],
  ],
};

export const pages: readonly ManPage[] = [about, ...signalPages, ...namespacePages];
