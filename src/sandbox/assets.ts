import type { Bytes } from '../kernel';
import type { PausePrograms } from './images';

/** What the host has to bring: files that are built or kept beside the code. */
export interface SandboxAssets {
  readonly pause: PausePrograms;
  /** The source of pause 3.10. */
  readonly pauseSource: string;
  /** docs/deviations.md, which `what` reads from, when it is asked. */
  readonly deviations: () => Promise<string>;
  /** More files for the home directory: path relative to it, content. */
  readonly home: Readonly<Record<string, string | Bytes>>;
}
