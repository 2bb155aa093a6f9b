import { expect, test } from 'vitest';
import { FakeMachine } from './fake-machine';

/** Commands in one directory, and what each prints: standard output, then standard error, then a status that is not 0. */
const transcripts: readonly string[] = [
  `$ mkdir -pv a/b/c
mkdir: created directory 'a'
mkdir: created directory 'a/b'
mkdir: created directory 'a/b/c'
$ mkdir -v a/b
mkdir: cannot create directory 'a/b': File exists
[1]
$ touch x y
$ rm -v x nope y
removed 'x'
removed 'y'
rm: cannot remove 'nope': No such file or directory
[1]
$ mkdir d
$ rm d d2
rm: cannot remove 'd': Is a directory
rm: cannot remove 'd2': No such file or directory
[1]
$ rm -d d
$ rm .
rm: cannot remove '.': Is a directory
[1]
$ rm -rf .
rm: refusing to remove '.' or '..' directory: skipping '.'
[1]
$ mkdir f/g/h
mkdir: cannot create directory 'f/g/h': No such file or directory
[1]
$ touch file
$ mkdir -p file
mkdir: cannot create directory 'file': File exists
[1]
$ mkdir file/sub
mkdir: cannot create directory 'file/sub': Not a directory
[1]
$ rmdir file
rmdir: failed to remove 'file': Not a directory
[1]
$ rm file/
rm: cannot remove 'file/': Not a directory
[1]
$ rm -- -z
rm: cannot remove '-z': No such file or directory
[1]
$ rm -z
rm: invalid option -- 'z'
Try 'rm --help' for more information.
[1]
$ rm -rf nope nope2`,
  `$ mkdir d
$ touch f
$ cp d e
cp: -r not specified; omitting directory 'd'
[1]
$ cp f nope/x
cp: cannot create regular file 'nope/x': No such file or directory
[1]
$ cp nope x
cp: cannot stat 'nope': No such file or directory
[1]
$ cp f f
cp: 'f' and 'f' are the same file
[1]
$ mv nope x
mv: cannot stat 'nope': No such file or directory
[1]
$ cp f g
$ mv f g d
$ ls d
f
g
$ mv d d/sub
mv: cannot move 'd' to a subdirectory of itself, 'd/sub'
[1]
$ cp -r d e
$ ls e
f
g`,
  `$ touch f
$ chmod 600 f
$ stat -c %a-%A-%n f
600--rw--------f
$ chmod u=rwx,go-rwx f
$ stat -c %a f
700
$ chmod 999 f
chmod: invalid mode: '999'
Try 'chmod --help' for more information.
[1]
$ chmod -x f
$ stat -c %a f
600
$ ln -s f l
$ readlink l
f
$ readlink f
[1]
$ readlink -f l
/work/f
$ ln nofile h
ln: failed to access 'nofile': No such file or directory
[1]
$ ls -F
f
l@
$ ls nope
ls: cannot access 'nope': No such file or directory
[2]
$ ls -l --time-style=long-iso
total 4
-rw------- 1 root root 0 2026-11-24 09:00 f
lrwxrwxrwx 1 root root 1 2026-11-24 09:00 l -> f`,
  `$ !rm
BusyBox v1.35.0 (BUILD-DATE) multi-call binary.

Usage: rm [-irf] FILE...

Remove (unlink) FILEs

	-i	Always prompt before removing
	-f	Never prompt
	-R,-r	Recurse
[1]
$ !mkdir h
$ !mkdir h
mkdir: can't create directory 'h': File exists
[1]
$ !cat nope
cat: can't open 'nope': No such file or directory
[1]
$ !mv nope x
mv: can't rename 'nope': No such file or directory
[1]
$ !cp nope x
cp: can't stat 'nope': No such file or directory
[1]
$ !rmdir nope
rmdir: 'nope': No such file or directory
[1]
$ !nosuch
nosuch: applet not found
[127]
$ !touch a
$ !ls -l
total 4
-rw-r--r--    1 root     root             0 Nov 24 09:00 a
drwxr-xr-x    2 root     root          4096 Nov 24 09:00 h
$ !stat nope
stat: can't stat 'nope': No such file or directory
[1]
$ !ls -e
ls: unrecognized option: e
BusyBox v1.35.0 (BUILD-DATE) multi-call binary.

Usage: ls [-1AaCxdLHRFplinshrSXvctu] [-w WIDTH] [FILE]...

List directory contents

	-1	One column output
	-a	Include names starting with .
	-A	Like -a, but exclude . and ..
	-x	List by lines
	-d	List directory names, not contents
	-L	Follow symlinks
	-H	Follow symlinks on command line
	-R	Recurse
	-p	Append / to directory names
	-F	Append indicator (one of */=@|) to names
	-l	Long format
	-i	List inode numbers
	-n	List numeric UIDs and GIDs instead of names
	-s	List allocated blocks
	-lc	List ctime
	-lu	List atime
	--full-time	List full date/time
	-h	Human readable sizes (1K 243M 2G)
	--group-directories-first
	-S	Sort by size
	-X	Sort by extension
	-v	Sort by version
	-t	Sort by mtime
	-tc	Sort by ctime
	-tu	Sort by atime
	-r	Reverse sort order
	-w N	Format N columns wide
	--color[={always,never,auto}]
[1]`,
];

for (const [i, transcript] of transcripts.entries()) {
  test(`transcript ${i + 1}`, async () => {
    const machine = new FakeMachine();
    let actual = '';
    const commands = transcript.split('\n').filter((l) => l.startsWith('$ '));
    for (const line of commands) {
      const words = line.slice(2).split(' ');
      const busybox = words[0]?.startsWith('!') ?? false;
      const r = await machine.run(busybox ? 'busybox' : 'gnu', busybox ? [(words[0] as string).slice(1), ...words.slice(1)] : words);
      actual += `${line}\n${r.out}${r.err}${r.code === 0 ? '' : `[${r.code}]\n`}`;
    }
    expect(actual.replace(/\n$/, '')).toBe(transcript);
  });
}

test('every program says what it does, and its version', async () => {
  const { gnuPrograms } = await import('../../src/programs');
  for (const { name } of gnuPrograms) {
    if (
      [
        'init',
        'ip',
        'openssl',
        'yes',
        '[',
        'kill',
        'pgrep',
        'sleep',
        'top',
        'watch',
        'false',
        'egrep',
        'echo',
        'test',
        'xxd',
        'nologin',
      ].includes(name)
    )
      continue;
    const r = await new FakeMachine().run('gnu', [name, '--help']);
    expect({ name, code: r.code, err: r.err }).toEqual({ name, code: 0, err: '' });
  }
});
