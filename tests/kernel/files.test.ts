// What a shell's script sees of procfs and tmpfs, as the same lines print on Debian 12.
import { beforeAll, describe, expect, it } from 'vitest';
import { bootNode, type Node } from './node';

let node: Node;
beforeAll(async () => {
  node = await bootNode({ privileged: true });
});

const printed = async (script: string): Promise<string> => (await node.run(script)).stdout;

describe('procfs', () => {
  it('tells of the program that reads, not of the shell that opened the file for it', async () => {
    expect(await printed("tr '\\0' ' ' < /proc/self/cmdline; grep Name < /proc/self/status; cut -d' ' -f2 < /proc/self/stat")).toBe(
      'tr \\0   Name:\tgrep\n(cut)\n',
    );
  });

  it('gives no environment of a program that is gone', async () => {
    expect(await printed('wc -c < /proc/self/environ; exec 3< /proc/$$/environ; [ $(wc -c <&3) -gt 20 ] && echo own')).toBe('0\nown\n');
  });

  it('makes a file anew each time it is read from its beginning', async () => {
    expect(await printed('exec 3< /proc/$$/comm; cat <&3; printf new > /proc/$$/comm; cat < /proc/self/fd/3; :')).toBe('bash\nnew\n');
  });

  it('ends the lines of limits without a unit after the third column', async () => {
    expect(await printed("grep -c 'Max nice priority         0                    0                    $' /proc/self/limits")).toBe('1\n');
  });
});

describe('tmpfs', () => {
  const onTmpfs = (options: string, script: string): Promise<string> =>
    printed(`mkdir -p /tmp/t && mount -t tmpfs -o ${options} none /tmp/t && cd /tmp/t && { ${script}; }; cd /; umount /tmp/t`);

  it('takes of a write what it has room for', async () => {
    expect(
      await onTmpfs('size=16k', 'head -c 20000 /dev/zero > f; echo $?; stat -c %s f; echo x > g; stat -c %s g; rm f; echo x > g && cat g'),
    ).toBe('1\n16384\n0\nx\n');
    expect(await onTmpfs('size=8k', 'printf %5000s x > f; printf %5000s x >> f; stat -c %s f')).toBe('8192\n');
  });

  it('takes on another size, unless there is more in it', async () => {
    expect(
      await onTmpfs(
        'size=16k',
        "mount -o remount,size=64k /tmp/t; df . | awk 'NR > 1 { print $2 }'; head -c 30000 /dev/zero > f; mount -o remount,size=8k /tmp/t || df . | awk 'NR > 1 { print $2 }'",
      ),
    ).toBe('64\n64\n');
  });

  it('belongs to whom it was mounted for', async () => {
    expect(await onTmpfs('uid=1000,gid=1000,mode=750', "stat -c '%u %g %a' .; grep -o 'mode=7.*000' /proc/mounts")).toBe(
      '1000 1000 750\nmode=750,uid=1000,gid=1000\n',
    );
  });

  it('knows no other options', async () => {
    const { code, stderr } = await node.run('mount -t tmpfs -o bogus none /mnt');
    expect({ code, stderr: stderr.split('\n')[0] }).toEqual({
      code: 32,
      stderr: 'mount: /mnt: wrong fs type, bad option, bad superblock on none, missing codepage or helper program, or other error.',
    });
  });
});

describe('programs', () => {
  it('cannot be written while they run, only removed or replaced', async () => {
    const { stdout, stderr } = await node.run(
      'cd /tmp/case; cp /bin/sleep s; ./s 1 & sleep 0.1; echo x > s; cp /bin/ls s; cp -f /bin/ls s && echo replaced; wait; echo x > s && echo idle; rm s',
    );
    expect({ stdout, stderr }).toEqual({
      stdout: 'replaced\nidle\n',
      stderr: "bash: line 1: s: Text file busy\ncp: cannot create regular file 's': Text file busy\n",
    });
  });

  it('are not found when the line that names the interpreter ends as on Windows', async () => {
    expect(await node.run("printf '#!/bin/sh\\r\\necho x\\n' > v; chmod +x v; ./v")).toEqual({
      stdout: '',
      stderr: 'bash: line 1: ./v: cannot execute: required file not found\n',
      code: 127,
    });
  });
});

describe('/proc/sys', () => {
  it('has the network settings of each namespace', async () => {
    expect(
      await printed(
        'cat /proc/sys/net/ipv4/ip_forward; sysctl -w net.ipv4.ip_forward=1; unshare -n cat /proc/sys/net/ipv4/ip_forward; echo 0 80 > /proc/sys/net/ipv4/ping_group_range; sysctl net.ipv4.ping_group_range; echo x > /proc/sys/net/core/somaxconn || cat /proc/sys/net/core/somaxconn /proc/sys/kernel/overflowuid',
      ),
    ).toBe('0\nnet.ipv4.ip_forward = 1\n0\nnet.ipv4.ping_group_range = 0\t80\n4096\n65534\n');
  });
});
