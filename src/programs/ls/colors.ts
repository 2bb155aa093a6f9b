import type { FileType, Stat } from '../../kernel';
import type { Context } from '../command';

/** What a colour is chosen by. */
export interface Colored {
  readonly name: string;
  readonly type: FileType;
  readonly stat: Stat | undefined;
  readonly targetStat?: Stat | undefined;
}

/** busybox's colours by type; a program is green. */
const busyboxColors: Readonly<Record<FileType, string>> = {
  directory: '1;34', symlink: '1;36', fifo: '0;35', socket: '1;35', char: '1;35', block: '1;35', file: '0;0',
}; // prettier-ignore

/** GNU's own, by the words of LS_COLORS. */
const gnuColors: readonly (readonly [string, string])[] = [
  ['di', '01;34'], ['ln', '01;36'], ['pi', '33'], ['so', '01;35'], ['bd', '01;33'], ['cd', '01;33'], ['ex', '01;32'],
  ['su', '37;41'], ['sg', '30;43'], ['st', '37;44'], ['ow', '34;42'], ['tw', '30;42'],
]; // prettier-ignore

const words: Readonly<Record<FileType, string>> = {
  directory: 'di', symlink: 'ln', fifo: 'pi', socket: 'so', block: 'bd', char: 'cd', file: 'fi',
}; // prettier-ignore

/** The colours of files: SGR numbers, '' for none. */
export class Colors {
  private readonly byWord = new Map(gnuColors);
  private readonly bySuffix: (readonly [string, string])[] = [];

  constructor(private readonly ctx: Context) {
    for (const part of (ctx.env.get('LS_COLORS') ?? '').split(':')) {
      const [what = '', value] = part.split('=');
      if (value === undefined) continue;
      if (what.startsWith('*')) this.bySuffix.unshift([what.slice(1), value]);
      else this.byWord.set(what, value);
    }
  }

  of(e: Colored): string {
    const mode = e.stat?.mode ?? 0;
    if (!this.ctx.gnu) return e.type === 'file' && mode & 0o111 ? '1;32' : busyboxColors[e.type];
    if (e.type === 'symlink')
      return e.targetStat ? this.link(e.targetStat) : (this.set('or') ?? (this.set('ln') === 'target' ? '' : (this.set('ln') ?? '')));
    const special = this.special(e.type, mode);
    if (special !== undefined) return special;
    if (e.type === 'file') {
      const suffix = this.bySuffix.find(([end]) => e.name.endsWith(end));
      if (suffix) return suffix[1];
    }
    return this.set(words[e.type]) ?? '';
  }

  /** GNU's ls colours what links lead to when it is told how missing files look. */
  get followsLinks(): boolean {
    return this.set('or') !== undefined || this.set('mi') !== undefined;
  }

  /** A link whose target is missing, where it is named behind the arrow. */
  missing(): string {
    return this.set('mi') ?? this.set('or') ?? '';
  }

  /** `ln=target`: a link looks like what it leads to. */
  private link(target: Stat): string {
    const own = this.set('ln') ?? '';
    return own === 'target' ? this.of({ name: '', type: target.type, stat: target }) : own;
  }

  private set(word: string): string | undefined {
    const value = this.byWord.get(word);
    return value === undefined || /^0*$/.test(value) ? undefined : value;
  }

  private special(type: FileType, mode: number): string | undefined {
    if (type === 'directory') {
      const word = mode & 0o1000 ? (mode & 0o002 ? 'tw' : 'st') : mode & 0o002 ? 'ow' : undefined;
      return word && this.set(word);
    }
    if (type !== 'file') return undefined;
    return (mode & 0o4000 && this.set('su')) || (mode & 0o2000 && this.set('sg')) || (mode & 0o111 && this.set('ex')) || undefined;
  }
}
