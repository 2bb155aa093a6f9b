import { Errno } from '../kernel';
import type { Command, Context } from './command';
import { splitAnswer, statusOf } from './http-exchange';
import { resolve } from './resolver';

interface Target {
  /** As the URL has it: `web`, `127.0.0.1:8080`. */
  readonly site: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

function parseUrl(url: string): Target | undefined {
  const match = /^(?:http:\/\/)?([^/:]+)(?::(\d+))?(\/.*)?$/.exec(url);
  if (!match || (url.includes('://') && !url.startsWith('http://'))) return undefined;
  const [, host = '', port, path = '/'] = match;
  return { site: port ? `${host}:${port}` : host, host, port: Number(port ?? 80), path };
}

const bar = '|********************************|';
const size = (bytes: number): string => (bytes < 100_000 ? String(bytes) : `${Math.round(bytes / 1024)}k`);

async function save(ctx: Context, name: string, exclusive: boolean, body: Uint8Array): Promise<void> {
  const fd = await ctx.proc.open(name, ['write', 'create', exclusive ? 'exclusive' : 'truncate'], 0o666);
  await ctx.proc.write(fd, body);
  await ctx.proc.close(fd);
}

export const wget: Command = {
  busybox: {
    short: 'cqSO:o:P:U:Y:T:',
    long: { spider: '', 'header:': '', 'post-data:': '', 'post-file:': '', 'no-check-certificate': '', 'timeout:': 'T', quiet: 'q', 'server-response': 'S', 'output-document:': 'O' }, // prettier-ignore
    usage: `[-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]
	[--post-data STR | --post-file FILE] [-Y on/off]
	[--no-check-certificate] [-P DIR] [-U AGENT] [-T SEC] URL...

Retrieve files via HTTP or FTP

	--spider	Only check URL existence: $? is 0 if exists
	--header STR	Add STR (of form 'header: value') to headers
	--post-data STR	Send STR using POST method
	--post-file FILE	Send FILE using POST method
	--no-check-certificate	Don't validate the server's certificate
	-c		Continue retrieval of aborted transfer
	-q		Quiet
	-P DIR		Save to DIR (default .)
	-S    		Show server response
	-T SEC		Network read timeout is SEC seconds
	-O FILE		Save to FILE ('-' for stdout)
	-o LOGFILE	Log messages to FILE
	-U STR		Use STR for User-Agent header
	-Y on/off	Use proxy`,
  },
  async run(ctx, options) {
    const [url, ...more] = options.operands;
    if (url === undefined) return ctx.usage();
    for (const each of [url, ...more]) {
      const status = await get(ctx, each, {
        quiet: options.has('q'),
        spider: options.has('spider'),
        showHead: options.has('S'),
        file: options.value('O'),
        directory: options.value('P'),
        agent: options.value('U') ?? 'Wget',
        headers: options.values('header'),
        post: options.value('post-data'),
      });
      if (status !== 0) return status;
    }
    return 0;
  },
};

interface Wishes {
  readonly quiet: boolean;
  readonly spider: boolean;
  readonly showHead: boolean;
  readonly file: string | undefined;
  readonly directory: string | undefined;
  readonly agent: string;
  readonly headers: readonly string[];
  readonly post: string | undefined;
}

async function get(ctx: Context, url: string, wishes: Wishes): Promise<number> {
  const say = async (text: string): Promise<void> => {
    if (!wishes.quiet) await ctx.stderr(text);
  };
  const target = parseUrl(url);
  if (!target) return ctx.fail(`not an http or ftp url: ${url}`);
  const address = await resolve(ctx.proc, target.host);
  if (address === undefined) return ctx.fail(`bad address '${target.site}'`);
  await say(`Connecting to ${target.site} (${address}${target.port === 80 ? ':80' : `:${target.port}`})\n`);
  const method = wishes.post === undefined ? 'GET' : 'POST';
  const lines = [
    `${method} ${target.path} HTTP/1.1`,
    `Host: ${target.site}`,
    `User-Agent: ${wishes.agent}`,
    'Connection: close',
    ...wishes.headers,
  ];
  if (wishes.post !== undefined) lines.push('Content-Type: application/x-www-form-urlencoded', `Content-Length: ${wishes.post.length}`);
  let answer: Uint8Array;
  try {
    const request = new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n${wishes.post ?? ''}`);
    answer = await ctx.proc.network.dial(address, target.port).exchange(request);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return ctx.fail(`can't connect to remote host (${address}): ${ctx.strerror(error)}`);
  }
  if (answer.length === 0) return ctx.fail('error getting response');
  const { head, body } = splitAnswer(answer);
  if (wishes.showHead) await ctx.stderr(`${head.map((line) => `  ${line}\n`).join('')}  \n`);
  if (Math.floor(statusOf(head) / 100) !== 2) return ctx.fail(`server returned error: ${head[0]}`);
  if (wishes.spider) {
    await say('remote file exists\n');
    return 0;
  }
  const name = wishes.file ?? (target.path.replace(/\?.*/, '').split('/').at(-1) || 'index.html');
  const path = wishes.file === undefined && wishes.directory ? `${wishes.directory}/${name}` : name;
  if (path === '-') {
    await say('writing to stdout\n');
    await ctx.write(body);
    await ctx.out.flush();
  } else {
    try {
      await save(ctx, path, wishes.file === undefined, body);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return ctx.fail(`can't open '${path}': ${ctx.strerror(error)}`);
    }
    await say(`saving to '${path}'\n`);
  }
  const shown = path.split('/').at(-1)!.slice(0, 20).padEnd(20);
  await say(`${shown} 100% ${bar} ${size(body.length).padStart(5)}  0:00:00 ETA\n`);
  await say(path === '-' ? 'written to stdout\n' : `'${path}' saved\n`);
  return 0;
}
