import { Errno, readFile, readText, SIG, type Bytes, type Process, type Program } from '../kernel';

const encode = (text: string): Bytes => new TextEncoder().encode(text);
const decode = (bytes: Bytes): string => new TextDecoder().decode(bytes);

/** Waits until one of the signals that end a server comes; others are what the program made of them. */
async function untilToldToEnd(proc: Process): Promise<void> {
  let ended = false;
  for (const signal of [SIG.TERM, SIG.INT, SIG.QUIT]) proc.sigaction(signal, () => void (ended = true));
  while (!ended) {
    try {
      await proc.pause();
    } catch {
      // EINTR: a handler ran
    }
  }
}

/** A program that only waits for the signals that end it. */
export const waiter: Program = async (proc) => {
  await untilToldToEnd(proc);
  return 0;
};

/** A server on a TCP port until `serve` ends; what is in the way of listening is its last word. */
const serverOn =
  (
    port: number,
    refused: (why: string) => string,
    respond: (proc: Process, request: string) => Promise<Bytes> | Bytes,
    serve: (proc: Process) => Promise<void> = untilToldToEnd,
  ): Program =>
  async (proc) => {
    let close: () => void;
    try {
      close = proc.network.listen(port, (request) => respond(proc, decode(request)));
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      await proc.write(2, refused(`${error.message}`));
      return 1;
    }
    await serve(proc);
    close();
    return 0;
  };

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n: number): string => String(n).padStart(2, '0');
const clockOf = (t: Date): string => `${two(t.getUTCHours())}:${two(t.getUTCMinutes())}:${two(t.getUTCSeconds())}`;
const httpDate = (t: Date): string =>
  `${days[t.getUTCDay()]}, ${two(t.getUTCDate())} ${months[t.getUTCMonth()]} ${t.getUTCFullYear()} ${clockOf(t)} GMT`;
const logDate = (t: Date): string => `${two(t.getUTCDate())}/${months[t.getUTCMonth()]}/${t.getUTCFullYear()}:${clockOf(t)} +0000`;

const nginxVersion = 'nginx/1.29.4';
const documentRoot = '/usr/share/nginx/html';
const types: Readonly<Record<string, string>> = { html: 'text/html', txt: 'text/plain', css: 'text/css', json: 'application/json' };
const errorPage = (title: string): string =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>${nginxVersion}</center>\r\n</body>\r\n</html>\r\n`;

async function fileOrProblem(proc: Process, path: string): Promise<{ status: string; type: string; body: Bytes }> {
  const name = path.endsWith('/') ? `${path}index.html` : path;
  try {
    if (name.split('/').includes('..')) throw new Errno('EACCES');
    const body = await readFile(proc, `${documentRoot}${name}`);
    return { status: '200 OK', type: types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream', body };
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const status = error.code === 'EACCES' ? '403 Forbidden' : '404 Not Found';
    return { status, type: 'text/html', body: encode(errorPage(status)) };
  }
}

/** nginx's answers to GET and HEAD from its document root, and a line of its access log for each. */
async function answerHttp(proc: Process, request: string): Promise<Bytes> {
  const [line = '', ...headers] = request.split('\r\n');
  const match = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/.exec(line);
  const found = !match
    ? { status: '400 Bad Request', type: 'text/html', body: encode(errorPage('400 Bad Request')) }
    : match[1] === 'GET' || match[1] === 'HEAD'
      ? await fileOrProblem(proc, match[2]!.replace(/\?.*$/, ''))
      : { status: '405 Not Allowed', type: 'text/html', body: encode(errorPage('405 Not Allowed')) };
  const now = new Date(proc.clock.now());
  const agent = headers.find((header) => /^user-agent:/i.test(header))?.replace(/^[^:]*: */, '') ?? '-';
  const head = `HTTP/1.1 ${found.status}\r\nServer: ${nginxVersion}\r\nDate: ${httpDate(now)}\r\nContent-Type: ${found.type}\r\nContent-Length: ${found.body.length}\r\nConnection: close\r\n\r\n`;
  await proc.write(1, `10.244.0.1 - - [${logDate(now)}] "${line}" ${found.status.slice(0, 3)} ${found.body.length} "-" "${agent}" "-"\n`);
  return match?.[1] === 'HEAD' ? encode(head) : new Uint8Array([...encode(head), ...found.body]);
}

const nginxPath = '/usr/sbin/nginx';
const titles = { master: 'nginx: master process', worker: 'nginx: worker process' };
/** The user that workers run as in the image. */
const nginxUser = 101;

/** A process of nginx that only waits: what is asked is answered by the master, whose name has no say in that. */
async function startWorker(master: Process): Promise<number> {
  return master.spawn(nginxPath, [titles.worker], {
    before: (child) => {
      child.setgroups([nginxUser]);
      child.setgid(nginxUser);
      child.setuid(nginxUser);
    },
  });
}

/** Keeps as many workers as the machine has processors, making those anew that are killed. */
async function superviseWorkers(master: Process): Promise<void> {
  const cpus = (await readText(master, '/proc/cpuinfo')).match(/^processor/gm)?.length ?? 1;
  const workers = new Set<number>();
  let ending = false;
  const startAll = async (): Promise<void> => {
    while (workers.size < cpus && !ending) workers.add(await startWorker(master));
  };
  const reap = async (): Promise<void> => {
    try {
      for (let ended = await master.wait(-1, { noHang: true }); ended; ended = await master.wait(-1, { noHang: true }))
        workers.delete(ended.pid);
    } catch {
      // ECHILD: none left
    }
    await startAll();
  };
  master.sigaction(SIG.CHLD, () => void reap().catch(() => undefined), { restart: true });
  await startAll();
  await untilToldToEnd(master);
  ending = true;
  master.sigaction(SIG.CHLD, 'default');
  for (const pid of workers) master.kill(pid, SIG.TERM);
  for (const pid of workers) await master.wait(pid).catch(() => undefined);
}

/** nginx: the master process listens, and has its workers. */
export const nginx: Program = async (proc) => {
  const [title = ''] = proc.argv;
  if (title === titles.worker) return waiter(proc);
  if (!title.startsWith(titles.master)) return proc.exec(nginxPath, [`${titles.master} ${proc.argv.join(' ')}`]);
  return serverOn(80, (why) => `nginx: [emerg] bind() to 0.0.0.0:80 failed (98: ${why})\n`, answerHttp, superviseWorkers)(proc);
};

/** redis-server with one data set in memory: the commands of a first look. */
export const redis: Program = (proc) => {
  const data = new Map<string, string>();
  const bulk = (text: string | undefined): string => (text === undefined ? '$-1\r\n' : `$${encode(text).length}\r\n${text}\r\n`);
  const commands: Readonly<Record<string, (args: readonly string[]) => string>> = {
    PING: ([text]) => (text === undefined ? '+PONG\r\n' : bulk(text)),
    ECHO: ([text = '']) => bulk(text),
    SET: ([key = '', value = '']) => (data.set(key, value), '+OK\r\n'),
    GET: ([key = '']) => bulk(data.get(key)),
    DEL: (keys) => `:${keys.filter((key) => data.delete(key)).length}\r\n`,
  };
  /** An inline command, or the array of bulk strings a client library sends. */
  const words = (request: string): string[] => {
    if (!request.startsWith('*')) return request.trim().split(/\s+/);
    return request.split('\r\n').filter((_, i) => i > 0 && i % 2 === 0);
  };
  return serverOn(
    6379,
    (why) => `# Warning: Could not create server TCP listening socket *:6379: bind: ${why}\n`,
    (_, request) => {
      const [name = '', ...args] = words(request);
      return encode(commands[name.toUpperCase()]?.(args) ?? `-ERR unknown command '${name}'\r\n`);
    },
  )(proc);
};
