import type { ManPage } from './pages';

export const namespacePages: readonly ManPage[] = [
  {
    name: 'namespaces',
    section: 7,
    summary: 'what processes can have to themselves',
    body: [
      [
        'DESCRIPTION',
        [
          'A namespace gives the processes in it their own view of one thing. Containers are processes in namespaces of their own; the containers of a Pod share some of them.',
          '[mnt] the mounts',
          '[pid] process numbers; see pid_namespaces(7)',
          '[net] interfaces, addresses, routes, ports',
          '[uts] the host name',
          '[ipc] System V message queues, semaphores and shared memory',
          '[user] user and group numbers, and what capabilities are good for',
          '[cgroup] the root of the control groups that are seen',
          '[time] offsets of the boot and monotonic clocks',
          'The links in /proc/PID/ns show which a process is in: two processes are in the same one when the numbers are equal. A namespace lasts while a process is in it, or while its file is open or bind-mounted.',
        ],
      ],
      ['SEE ALSO', ['unshare(1), nsenter(1), pid_namespaces(7), proc(5)']],
    ],
  },
  {
    name: 'pid_namespaces',
    section: 7,
    summary: 'process numbers of one’s own',
    body: [
      [
        'DESCRIPTION',
        [
          'The first process of a PID namespace has number 1 there. A process also has a number in each namespace outside, up to the first; the NSpid line of /proc/PID/status lists them. Processes inside cannot see those outside.',
          'unshare(2) and setns(2) do not move the caller: its next children are in the namespace. That is why unshare --pid wants --fork.',
          '/proc shows the processes of the namespace it was mounted in, so a new one needs a new mount: unshare --mount-proc.',
        ],
      ],
      [
        'PROCESS 1',
        [
          'It adopts processes whose parents have ended, and has to wait for them or they stay as zombies. The pause program does that for a Pod with a shared PID namespace.',
          'From inside the namespace it can be sent only signals it has a handler for: kill -9 1 does nothing. From an ancestor namespace SIGKILL and SIGSTOP always work, the others again only with a handler.',
          'When it ends, the kernel kills all other processes of the namespace, and no process can be made there any more: fork fails with ENOMEM.',
        ],
      ],
      ['SEE ALSO', ['namespaces(7), unshare(1), nsenter(1), waitpid(2)']],
    ],
  },
  {
    name: 'unshare',
    section: 1,
    summary: 'run a program in new namespaces',
    body: [
      ['SYNOPSIS', ['unshare [options] [program [argument ...]]']],
      [
        'DESCRIPTION',
        [
          'unshare makes the namespaces that its options name, then runs the program, or $SHELL.',
          '[-m, --mount  -u, --uts  -i, --ipc  -n, --net  -p, --pid  -U, --user  -C, --cgroup  -T, --time] The kinds. With =file the namespace is kept by a bind mount on file.',
          '[-f, --fork] Run the program as a child. With --pid it becomes process 1; without it the first child does, and when that ends no other can be made.',
          '[--mount-proc[=dir]] Mount proc first, so that ps shows the new PID namespace; makes a mount namespace too.',
          '[-r, --map-root-user] Be root in a new user namespace. No privilege is needed for that.',
          '[-c, --map-current-user] Keep one’s own ids there.',
          '[--propagation private|shared|slave|unchanged] How mounts travel; private unless said otherwise.',
          '[--kill-child[=signal]] Kill the child when unshare itself ends.',
        ],
      ],
      [
        'EXAMPLES',
        [' unshare --pid --fork --mount-proc bash', ' unshare --uts sh -c "hostname other; hostname"', ' unshare --map-root-user id'],
      ],
      ['SEE ALSO', ['nsenter(1), namespaces(7), pid_namespaces(7)']],
    ],
  },
  {
    name: 'nsenter',
    section: 1,
    summary: 'run a program in the namespaces of another process',
    body: [
      ['SYNOPSIS', ['nsenter [options] [program [argument ...]]']],
      [
        'DESCRIPTION',
        [
          '[-t, --target pid] The process whose namespaces are entered.',
          '[-m  -u  -i  -n  -p  -U  -C  -T] Which; with =file the one that file stands for. -a means all.',
          '[-r, --root  -w, --wd] Take its root or working directory too.',
          '[-F, --no-fork] Do not fork; without it, entering a PID namespace forks, since only children get there.',
          'With -p alone ps still reads the old /proc; take -m as well.',
        ],
      ],
      ['EXAMPLES', [' nsenter -t $(pgrep -o pause) -p -m ps', ' nsenter -t 1234 -n ip addr']],
      ['SEE ALSO', ['unshare(1), namespaces(7)']],
    ],
  },
  {
    name: 'proc',
    section: 5,
    summary: 'the file system about processes',
    body: [
      [
        'DESCRIPTION',
        [
          '/proc has a directory for each process of the PID namespace it was mounted in.',
          '[/proc/self] a link to the reader’s own',
          '[cmdline, comm, environ] its arguments (empty for a zombie), its short name, its environment',
          '[cwd, root, exe, fd/] links to where it is and what it has open',
          '[ns/] its namespaces',
          '[mounts, mountinfo] the mounts it sees',
          '[stat, status] its state: R running, S sleeping, T stopped, Z zombie; parent, users, signal sets, NSpid',
          '[task/] its threads, and in children the numbers of its children',
          '[uid_map, gid_map, setgroups] the ids of its user namespace',
          '[/proc/uptime, loadavg, meminfo, cpuinfo, version] about the machine',
          '[/proc/sys/kernel/hostname, pid_max] settings',
        ],
      ],
      ['SEE ALSO', ['signal(7), namespaces(7)']],
    ],
  },
];
