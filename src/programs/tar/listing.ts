import { strftime } from '../dates';
import { modeString } from '../mode';
import type { Member } from './archive';

/** `tar -tv`: widths grow as they must. */
export class Listing {
  private width = 19;
  line(m: Member, numeric: boolean, seconds = false): string {
    const owner = `${numeric || m.user === '' ? m.uid : m.user}/${numeric || m.group === '' ? m.gid : m.group}`;
    const size = String(m.size);
    this.width = Math.max(this.width, owner.length + 1 + size.length);
    const arrow = m.type === 'symlink' ? ` -> ${m.target}` : m.type === 'link' ? ` link to ${m.target}` : '';
    const letters = m.type === 'link' ? `h${modeString('file', m.mode).slice(1)}` : modeString(m.type, m.mode);
    return `${letters} ${owner}${size.padStart(this.width - owner.length)} ${strftime(seconds ? '%Y-%m-%d %H:%M:%S' : '%Y-%m-%d %H:%M', m.mtimeMs)} ${m.name}${arrow}`;
  }
}
