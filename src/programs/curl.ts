import { Errno } from '../kernel';
import type { Command, Context } from './command';
import { type CurlArguments, curlArguments, CurlUsage } from './curl-options';
import { fieldOf, splitAnswer, statusOf } from './http-exchange';
import { resolve } from './resolver';

const version = '7.88.1';

interface Target {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** The host with its port, as the Host field has it. */
  readonly site: string;
}

/** What curl(1) lists under EXIT CODES. */
class Failure extends Error {
  constructor(
    readonly code: number,
    message: string,
    /** Bytes of a body that was not taken. */
    readonly total = 0,
  ) {
    super(message);
  }
}

function targetOf(url: string): Target {
  const match = /^(?:([a-z][a-z0-9+.-]*):\/\/)?([^/:?#]+)(?::(\d+))?(\/[^#]*|\?[^#]*)?/i.exec(url);
  const given = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase() ?? 'http';
  // Unlike Debian's curl: this one is built without TLS, and says so as such a one does
  if (given !== 'http') throw new Failure(1, `Protocol "${given}" not supported or disabled in libcurl`);
  const bare = match?.[1] === undefined && /^http:\/\//i.test(url);
  if (!match || bare || /\s/.test(url) || Number(match[3] ?? 0) > 65535)
    throw new Failure(3, 'URL using bad/illegal format or missing URL');
  const [, scheme = 'http', host = '', port, path = '/'] = match;
  const number = Number(port ?? 80);
  return { scheme, host, port: number, path: path.startsWith('?') ? `/${path}` : path, site: number === 80 ? host : `${host}:${number}` };
}

export const curl: Command = {
  gnu: { package: 'other' },
  async run(ctx) {
    const hint = "curl: try 'curl --help' or 'curl --manual' for more information\n";
    let given: CurlArguments;
    try {
      given = curlArguments(ctx.args);
    } catch (error) {
      if (!(error instanceof CurlUsage)) throw error;
      await ctx.stderr(`curl: ${error.message}\n${hint}`);
      return 2;
    }
    if (given.has('version')) {
      await ctx.write(`curl ${version} (x86_64-pc-linux-gnu) libcurl/${version}\nProtocols: http\nFeatures: \n`);
      return 0;
    }
    if (given.has('help')) {
      await ctx.write('Usage: curl [options...] <url>\n');
      return 0;
    }
    if (given.urls.length === 0) {
      await ctx.stderr(ctx.args.length > 0 ? `curl: no URL specified!\n${hint}` : hint);
      return 2;
    }
    let status = 0;
    for (const [i, url] of given.urls.entries()) status = await new Transfer(ctx, given, url, given.values('output')[i]).run();
    return status;
  },
};

/** One URL's way: request, answer, and what is told of both. */
class Transfer {
  readonly #silent: boolean;
  #meter = false;

  constructor(
    readonly ctx: Context,
    readonly given: CurlArguments,
    readonly url: string,
    readonly file: string | undefined,
  ) {
    this.#silent = given.has('silent');
  }

  async run(): Promise<number> {
    try {
      return await this.#transfer();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (this.#meter) await this.#meterLine(0, error.total);
      if (!this.#silent || this.given.has('show-error')) await this.ctx.stderr(`curl: (${error.code}) ${error.message}\n`);
      return error.code;
    }
  }

  async #transfer(): Promise<number> {
    const { given } = this;
    const target = targetOf(this.url);
    const name = given.has('remote-name') ? (target.path.replace(/\?.*/, '').split('/').at(-1) ?? '') : this.file;
    await this.#showMeter(name);
    if (name === '') throw new Failure(23, 'Failed writing received data to disk/application');
    const { head, body, address } = await this.#follow(target);
    const status = statusOf(head);
    const shown = given.has('include') || given.has('head') ? `${head.join('\r\n')}\r\n\r\n` : '';
    const failed = status >= 400 && (given.has('fail') || given.has('fail-with-body'));
    if (!failed || given.has('fail-with-body')) await this.#save(name, shown, given.has('head') ? new Uint8Array() : body);
    if (this.#meter && !failed) await this.#meterLine(body.length);
    const out = given.value('write-out');
    if (out !== undefined) await this.#writeOut(out, { head, size: body.length, address, target });
    if (failed) throw new Failure(22, `The requested URL returned error: ${status}`, body.length);
    return 0;
  }

  /** The answer, with -L that of where it leads. */
  async #follow(target: Target, redirects = 0): Promise<{ head: readonly string[]; body: Uint8Array; address: string }> {
    const { head, body, address } = await this.#ask(target);
    const next = fieldOf(head, 'location');
    if (next === undefined || !this.given.has('location') || Math.floor(statusOf(head) / 100) !== 3) return { head, body, address };
    if (redirects === 50) throw new Failure(47, 'Maximum (50) redirects followed');
    return this.#follow(targetOf(next.startsWith('/') ? `http://${target.site}${next}` : next), redirects + 1);
  }

  async #ask(target: Target): Promise<{ head: readonly string[]; body: Uint8Array; address: string }> {
    const { ctx } = this;
    const { host, port } = target;
    const address = await resolve(ctx.proc, host);
    if (address === undefined) throw new Failure(6, `Could not resolve host: ${host}`);
    await this.#note('*', `  Trying ${address}:${port}...`);
    const { data, head: sent } = this.#request(target);
    let answer: Uint8Array;
    try {
      const request = new TextEncoder().encode(`${sent.join('\r\n')}\r\n\r\n${data ?? ''}`);
      answer = await ctx.proc.network.dial(address, port).exchange(request);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      await this.#note('*', `connect to ${address} port ${port} failed: ${ctx.strerror(error)}`);
      const refusal = `Failed to connect to ${host} port ${port} after 0 ms: Couldn't connect to server`;
      await this.#note('*', refusal);
      await this.#note('*', 'Closing connection 0');
      throw new Failure(7, refusal);
    }
    await this.#note('*', `Connected to ${host} (${address}) port ${port} (#0)`);
    for (const line of [...sent, '']) await this.#note('>', `${line}\r`);
    if (answer.length === 0) throw new Failure(52, 'Empty reply from server');
    const { head, body } = splitAnswer(answer);
    if (statusOf(head) === 0) throw new Failure(1, 'Received HTTP/0.9 when not allowed');
    for (const line of [...head, '']) await this.#note('<', `${line}\r`);
    await this.#note('*', 'Closing connection 0');
    return { head, body, address };
  }

  #request(target: Target): { head: string[]; data: string | undefined } {
    const { given } = this;
    const parts = [...given.values('data').map((text) => text.replace(/[\r\n]/g, '')), ...given.values('data-raw')];
    const asked = parts.length > 0 ? parts.join('&') : undefined;
    const inUrl = given.has('get') && asked !== undefined;
    const data = inUrl ? undefined : asked;
    const method = given.value('request') ?? (given.has('head') ? 'HEAD' : data === undefined ? 'GET' : 'POST');
    const path = inUrl ? `${target.path}${target.path.includes('?') ? '&' : '?'}${asked}` : target.path;
    const fields = new Map([
      ['host', `Host: ${target.site}`],
      ['user-agent', `User-Agent: ${given.value('user-agent') ?? `curl/${version}`}`],
      ['accept', 'Accept: */*'],
    ]);
    if (data !== undefined) {
      fields.set('content-length', `Content-Length: ${new TextEncoder().encode(data).length}`);
      fields.set('content-type', 'Content-Type: application/x-www-form-urlencoded');
    }
    for (const header of given.values('header')) {
      const key = header.split(':')[0]?.toLowerCase() ?? '';
      if (/^[^:]+:\s*$/.test(header)) fields.delete(key);
      else fields.set(key, header);
    }
    return { head: [`${method} ${path} HTTP/1.1`, ...fields.values()], data };
  }

  async #note(mark: string, text: string): Promise<void> {
    if (this.given.has('verbose')) await this.ctx.stderr(`${mark} ${text}\n`);
  }

  /** The meter is there when the answer goes elsewhere than to the terminal. */
  async #showMeter(name: string | undefined): Promise<void> {
    const elsewhere = (name !== undefined && name !== '-') || !this.ctx.proc.isatty(1);
    this.#meter = elsewhere && !this.#silent && !this.given.has('no-progress-meter');
    if (!this.#meter) return;
    await this.ctx.stderr(
      '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n' +
        '                                 Dload  Upload   Total   Spent    Left  Speed\n',
    );
    await this.ctx.stderr('\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0');
  }
  async #meterLine(taken: number, total = taken): Promise<void> {
    const column = (value: number | string, width: number): string => String(value).padStart(width);
    const percent = taken > 0 ? 100 : 0;
    const speed = taken < 1000 ? taken * 100 : `${Math.round(taken / 10.24)}k`;
    const amounts = `${column(percent, 3)} ${column(total, 5)}  ${column(percent, 3)} ${column(taken, 5)}    0     0 ${column(speed, 6)}`;
    await this.ctx.stderr(`\r${amounts}      0 --:--:-- --:--:-- --:--:-- ${column(speed, 5)}\n`);
  }

  async #save(name: string | undefined, head: string, body: Uint8Array): Promise<void> {
    const { ctx } = this;
    if (name === undefined || name === '-') {
      await ctx.write(head);
      await ctx.write(body);
      await ctx.out.flush();
      return;
    }
    try {
      const fd = await ctx.proc.open(name, ['write', 'create', 'truncate'], 0o666);
      await ctx.proc.write(fd, head);
      await ctx.proc.write(fd, body);
      ctx.proc.close(fd);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      await ctx.stderr(`Warning: Failed to open the file ${name}: ${ctx.strerror(error)}\n`);
      throw new Failure(23, 'Failed writing received data to disk/application');
    }
  }

  async #writeOut(format: string, about: { head: readonly string[]; size: number; address: string; target: Target }): Promise<void> {
    const { head, size, address, target } = about;
    const values: Readonly<Record<string, string>> = {
      http_code: String(statusOf(head)).padStart(3, '0'),
      response_code: String(statusOf(head)).padStart(3, '0'),
      size_download: String(size),
      content_type: fieldOf(head, 'content-type') ?? '',
      redirect_url: fieldOf(head, 'location') ?? '',
      remote_ip: address,
      remote_port: String(target.port),
      url: this.url,
      url_effective: `http://${target.site}${target.path}`,
      method: this.given.value('request') ?? 'GET',
      scheme: 'HTTP',
      exitcode: '0',
    };
    const unknown: string[] = [];
    const text = format
      .replace(/%\{([^}]*)\}/g, (_, name: string) => {
        if (values[name] === undefined) unknown.push(name);
        return values[name] ?? '';
      })
      .replace(/\\([nrt])/g, (_, letter: string) => ({ n: '\n', r: '\r', t: '\t' })[letter] ?? '')
      .replaceAll('%%', '%');
    for (const name of unknown) await this.ctx.stderr(`curl: unknown --write-out variable: '${name}'\n`);
    await this.ctx.write(text);
    await this.ctx.out.flush();
  }
}
