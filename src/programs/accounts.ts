import { Errno, type Process } from '../kernel';
import { readText } from './input';

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
}
export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** /etc/passwd and /etc/group as this process sees them; missing files are empty. */
export class Accounts {
  private constructor(
    readonly users: readonly User[],
    readonly groups: readonly Group[],
  ) {}

  static async load(proc: Process): Promise<Accounts> {
    const rows = async (path: string): Promise<string[][]> => {
      try {
        const text = await readText(proc, path);
        return text
          .split('\n')
          .filter((l) => l.includes(':'))
          .map((l) => l.split(':'));
      } catch (error) {
        if (error instanceof Errno) return [];
        throw error;
      }
    };
    const users = (await rows('/etc/passwd')).map((f) => ({
      name: f[0] ?? '', uid: Number(f[2]), gid: Number(f[3]), gecos: f[4] ?? '', home: f[5] ?? '', shell: f[6] ?? '',
    })); // prettier-ignore
    const groups = (await rows('/etc/group')).map((f) => ({
      name: f[0] ?? '',
      gid: Number(f[2]),
      members: (f[3] ?? '').split(',').filter((m) => m !== ''),
    }));
    return new Accounts(users, groups);
  }

  user(key: string | number): User | undefined {
    return this.users.find((u) => (typeof key === 'number' ? u.uid === key : u.name === key));
  }
  group(key: string | number): Group | undefined {
    return this.groups.find((g) => (typeof key === 'number' ? g.gid === key : g.name === key));
  }
  userName(uid: number): string {
    return this.user(uid)?.name ?? String(uid);
  }
  groupName(gid: number): string {
    return this.group(gid)?.name ?? String(gid);
  }
  /** Group ids of a user: the login group first, then those that list it. */
  groupsOf(user: User): number[] {
    return [...new Set([user.gid, ...this.groups.filter((g) => g.members.includes(user.name)).map((g) => g.gid)])];
  }
  /** A name or a number; undefined when neither. */
  uid(text: string): number | undefined {
    return this.user(text)?.uid ?? (/^\+?\d+$/.test(text) ? Number(text) : undefined);
  }
  gid(text: string): number | undefined {
    return this.group(text)?.gid ?? (/^\+?\d+$/.test(text) ? Number(text) : undefined);
  }
}
