import { Errno, type IpcKind, type IpcObject } from '../kernel';
import { Accounts } from './accounts';
import type { Command, Context } from './command';

interface Section {
  readonly title: string;
  readonly head: string;
  readonly row: (object: IpcObject) => string;
}

const perms = (mode: number): string => mode.toString(8);
const pad = (text: string | number, width = 10): string => String(text).padEnd(width);

const sections: Readonly<Record<IpcKind, Section>> = {
  msg: { title: 'Message Queues', head: 'key        msqid      owner      perms      used-bytes   messages    ', row: () => `${pad(0, 12)} ${pad(0, 12)}` },
  shm: { title: 'Shared Memory Segments', head: 'key        shmid      owner      perms      bytes      nattch     status      ', row: ({ size }) => `${pad(size)} ${pad(0)} ${pad('', 12)}` },
  sem: { title: 'Semaphore Arrays', head: 'key        semid      owner      perms      nsems     ', row: ({ size }) => pad(size) },
}; // prettier-ignore

async function show(ctx: Context, kind: IpcKind): Promise<void> {
  const accounts = await Accounts.load(ctx.proc);
  const { title, head, row } = sections[kind];
  await ctx.write(`\n------ ${title} --------\n${head}\n`);
  for (const object of ctx.proc.ipc.list(kind)) {
    const key = `0x${object.key.toString(16).padStart(8, '0')}`;
    await ctx.line(`${pad(key)} ${pad(object.id)} ${pad(accounts.userName(object.uid))} ${pad(perms(object.mode))} ${row(object)}`);
  }
}

const letters: readonly (readonly [string, IpcKind])[] = [['q', 'msg'], ['m', 'shm'], ['s', 'sem']]; // prettier-ignore

export const ipcs: Command = {
  gnu: {
    short: 'qmsatcpluhVi:',
    long: { queues: 'q', shmems: 'm', semaphores: 's', all: 'a', 'id:': 'i' },
    package: 'util-linux',
    usage: '[resource-option...] [output-option]',
    help: '\nShow information on IPC facilities.\n\nResource options:\n -m, --shmems      shared memory segments\n -q, --queues      message queues\n -s, --semaphores  semaphores\n -a, --all         all (default)\n',
  },
  busybox: {
    short: 'qmsa',
    usage:
      '[[-smq] -i SHMID] | [[-asmq] [-tcplu]]\n\n\t-i ID\tShow specific resource\nResource specification:\n\t-m\tShared memory segments\n\t-q\tMessage queues\n\t-s\tSemaphore arrays\n\t-a\tAll (default)\nOutput format:\n\t-t\tTime\n\t-c\tCreator\n\t-p\tPid\n\t-l\tLimits\n\t-u\tSummary',
  },
  run: async (ctx, options) => {
    const wanted = letters.filter(([letter]) => options.has(letter));
    for (const [, kind] of wanted.length && !options.has('a') ? wanted : letters) await show(ctx, kind);
    await ctx.write('\n');
    return 0;
  },
};

const labels: Readonly<Record<IpcKind, string>> = { msg: 'Message queue id', shm: 'Shared memory id', sem: 'Semaphore id' };

const sizeOf = (text: string): number => {
  const m = /^(\d+)([KMG]?)(?:i?B)?$/i.exec(text);
  return m ? Number(m[1]) * 1024 ** ['', 'K', 'M', 'G'].indexOf((m[2] ?? '').toUpperCase()) : NaN;
};

export const ipcmk: Command = {
  gnu: {
    short: 'M:S:Qp:hV',
    long: { 'shmem:': 'M', 'semaphore:': 'S', queue: 'Q', 'mode:': 'p' },
    package: 'util-linux',
    usage: '[options]',
    help: '\nCreate various IPC resources.\n\nOptions:\n -M, --shmem <size>       create shared memory segment of size <size>\n -S, --semaphore <number> create semaphore array with <number> elements\n -Q, --queue              create message queue\n -p, --mode <mode>        permission for the resource (default is 0644)\n',
  },
  run: async (ctx, options) => {
    const mode = Number.parseInt(options.value('p') ?? '644', 8);
    const random = (): number => Math.floor(ctx.proc.clock.random() * 2 ** 32);
    const wanted: [IpcKind, number][] = [];
    const [memory, count] = [options.value('M'), options.value('S')];
    if (memory !== undefined) wanted.push(['shm', sizeOf(memory)]);
    if (count !== undefined) wanted.push(['sem', Number(count)]);
    if (options.has('Q')) wanted.push(['msg', 0]);
    if (wanted.length === 0) return ctx.usage();
    for (const [kind, size] of wanted) {
      if (!Number.isFinite(size)) return ctx.fail(`failed to parse ${kind === 'shm' ? 'size' : 'elements'}`);
      try {
        await ctx.line(`${labels[kind]}: ${ctx.proc.ipc.get(kind, random(), size, mode)}`);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        return ctx.fail(`create ${{ shm: 'share memory', sem: 'semaphore', msg: 'message queue' }[kind]} failed: ${ctx.strerror(error)}`);
      }
    }
    return 0;
  },
};

export const ipcrm: Command = {
  gnu: { short: 'm:q:s:ahV', long: { 'shmem-id:': 'm', 'queue-id:': 'q', 'semaphore-id:': 's', all: 'a' }, package: 'util-linux', usage: '[options]\nshm|msg|sem <id>...', help: '' },
  busybox: { short: 'm:q:s:', usage: '[-MQS key] [-mqs id]\n\nUpper-case options MQS remove an object by shmkey value.\nLower-case options remove an object by shmid value.\n\n\t-mM\tRemove memory segment after last detach\n\t-qQ\tRemove message queue\n\t-sS\tRemove semaphore' },
  run: async (ctx, options) => {
    const { ipc } = ctx.proc;
    const [kind, ...ids] = options.operands;
    const chosen: [IpcKind, string][] = letters.flatMap(([letter, each]) => options.values(letter).map((id): [IpcKind, string] => [each, id]));
    if (kind === 'msg' || kind === 'shm' || kind === 'sem') chosen.push(...ids.map((id): [IpcKind, string] => [kind, id]));
    if (options.has('a')) for (const [, each] of letters) chosen.push(...ipc.list(each).map(({ id }): [IpcKind, string] => [each, String(id)]));
    for (const [each, id] of chosen) {
      try {
        ipc.remove(each, Number(id));
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await ctx.warn(error.code === 'EINVAL' ? `invalid id (${id})` : `permission denied for id (${id})`);
        ctx.status = 1;
      }
    }
    return 0;
  },
}; // prettier-ignore
