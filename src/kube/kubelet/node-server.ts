import type { Clock } from '../../clock';
import {
  NodeRefusal,
  type CancelSignal,
  type Channel,
  type ExecRequest,
  type Forwarding,
  type LogRequest,
  type NodeProxy,
  type PortForwardRequest,
  type Status,
} from '../api';
import {
  InputQueue,
  parseLog,
  RuntimeError,
  type Bytes,
  type Connection,
  type Container,
  type LogLine,
  type NodeFiles,
  type Runtime,
  type WindowSize,
} from '../runtime';
import { NodeForwarding } from './forwarding';

/** How often a followed log is looked at for new lines, ms. */
const followMs = 100;
/** How long it takes until a connection is upgraded all the way to the node, ms. */
const connectMs = 60;
/** How long an exec on a terminal waits for the terminal's size before it starts, ms. */
const sizeMs = 30;

/** The other end of an exec or attach: frames go straight to listeners; what comes before there is one waits. */
class LocalChannel implements Channel {
  readonly stdin = new InputQueue();
  /** The latest size the client told. */
  size: WindowSize | undefined;
  onResize: (size: WindowSize) => void = () => undefined;
  #onSized: () => void = () => undefined;
  /** Settles at the first size. */
  readonly sized = new Promise<void>((resolve) => (this.#onSized = resolve));
  onCancel: () => void = () => undefined;
  #waiting: [number, Bytes][] = [];
  #onMessage: ((channel: number, bytes: Bytes) => void) | undefined;
  #onClose: (() => void) | undefined;
  #closed = false;

  send(channel: number, bytes: Bytes): void {
    if (channel === 0) this.stdin.push(bytes);
    if (channel !== 4) return;
    const { Width, Height } = JSON.parse(new TextDecoder().decode(bytes)) as { Width: number; Height: number };
    this.size = { columns: Width, rows: Height };
    this.#onSized();
    this.onResize(this.size);
  }
  closeSend(channel: number): void {
    if (channel === 0) this.stdin.end();
  }
  onMessage(listener: (channel: number, bytes: Bytes) => void): void {
    this.#onMessage = listener;
    for (const [channel, bytes] of this.#waiting.splice(0)) listener(channel, bytes);
  }
  onClose(listener: () => void): void {
    if (this.#closed) listener();
    else this.#onClose = listener;
  }
  close(): void {
    this.stdin.end();
    this.onCancel();
    this.finish();
  }

  deliver(channel: number, bytes: Bytes): void {
    if (this.#closed) return;
    if (this.#onMessage) this.#onMessage(channel, bytes);
    else this.#waiting.push([channel, bytes]);
  }
  /** Sends the closing Status on channel 3 and closes. */
  end(status: Partial<Status>): void {
    this.deliver(3, new TextEncoder().encode(JSON.stringify({ metadata: {}, ...status })));
    this.finish();
  }
  finish(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose?.();
  }
}

/** The kubelet's own server: logs, exec, attach and port-forward for the API server. */
export class NodeServer implements NodeProxy {
  constructor(
    readonly runtime: Runtime,
    readonly files: NodeFiles,
    readonly clock: Clock,
  ) {}

  #running(request: ExecRequest, missing: string): Container {
    const sandboxes = new Set(this.runtime.listPodSandboxes().filter((s) => s.config.uid === request.podUID).map((s) => s.id)); // prettier-ignore
    const found = this.runtime
      .listContainers()
      .find((c) => sandboxes.has(c.sandboxId) && c.config.name === request.container && c.state === 'Running');
    if (!found) throw new NodeRefusal(500, missing);
    return found;
  }

  async exec(request: ExecRequest): Promise<Channel> {
    await this.clock.sleep(connectMs);
    const container = this.#running(request, `container not found ("${request.container}")`);
    const channel = new LocalChannel();
    const run = async (): Promise<void> => {
      try {
        if (request.tty) await Promise.race([channel.sized, this.clock.sleep(sizeMs)]);
        const session = await this.runtime.exec(container.id, {
          ...(channel.size && { size: channel.size }),
          argv: request.command,
          ...(request.stdin && { stdin: channel.stdin }),
          stdout: (bytes) => channel.deliver(1, bytes),
          stderr: (bytes) => channel.deliver(2, bytes),
          tty: request.tty,
        });
        channel.onResize = (size) => session.resize(size);
        if (channel.size) session.resize(channel.size);
        // a client that goes away leaves the process running, as on a real node
        const code = await session.exit;
        if (code === 0) return channel.end({ status: 'Success' });
        const message = `command terminated with non-zero exit code: error executing command [${request.command.join(' ')}], exit code ${code}`;
        channel.end({
          status: 'Failure',
          message,
          reason: 'NonZeroExitCode',
          details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
        });
      } catch (error) {
        if (!(error instanceof RuntimeError)) throw error;
        channel.end({
          status: 'Failure',
          // the kubelet makes an internal error of one that is one already
          message: `Internal error occurred: Internal error occurred: error executing command in container: ${error.message}`,
          reason: 'InternalError',
          code: 500,
          details: { causes: [{ message: `error executing command in container: ${error.message}` }] },
        });
      }
    };
    void run();
    return channel;
  }

  async attach(request: ExecRequest): Promise<Channel> {
    await this.clock.sleep(connectMs);
    const container = this.#running(request, `container ${request.container} not found in pod ${request.podName}_${request.namespace}`);
    const channel = new LocalChannel();
    const session = this.runtime.attach(container.id, {
      ...(request.stdin && { stdin: channel.stdin }),
      stdout: (bytes) => channel.deliver(1, bytes),
      stderr: (bytes) => channel.deliver(2, bytes),
    });
    channel.onResize = (size) => session.resize(size);
    if (channel.size) session.resize(channel.size);
    channel.onCancel = () => session.detach();
    void session.ended.then(() => channel.end({ status: 'Success' }));
    return channel;
  }

  async portForward({ namespace, podName, podUID }: PortForwardRequest): Promise<Forwarding> {
    await this.clock.sleep(connectMs);
    const sandbox = this.runtime.listPodSandboxes().find(({ config, state }) => config.uid === podUID && state === 'Ready');
    if (!sandbox) throw new NodeRefusal(500, `failed to find sandboxID for pod ${podName}_${namespace}(${podUID})`);
    return new NodeForwarding(this.runtime, sandbox.id, this.clock);
  }

  dial(address: string, port: number): Connection {
    return this.runtime.connect(address, port);
  }

  async containerLogs(request: LogRequest): Promise<AsyncIterable<string>> {
    const id = request.containerID.replace(/^containerd:\/\//, '');
    const container = this.runtime.container(id);
    // the kubelet has begun its answer (200) when it finds that the runtime no longer knows the container
    if (!container) return once(`unable to retrieve container logs for ${request.containerID}`);
    return this.#lines(container, request);
  }

  async *#lines(container: Container, request: LogRequest): AsyncGenerator<string> {
    const wanted = (line: LogLine): boolean =>
      (request.stream === 'All' || request.stream.toLowerCase() === line.stream) &&
      (request.sinceMs === undefined || Date.parse(line.time) >= request.sinceMs);
    const show = (line: LogLine): string => `${request.timestamps ? `${line.time} ` : ''}${line.text}${line.partial ? '' : '\n'}`;
    let left = request.limitBytes ?? Infinity;
    const cut = (text: string): string => {
      const bytes = new TextEncoder().encode(text);
      const kept = bytes.length <= left ? text : new TextDecoder().decode(bytes.subarray(0, left));
      left -= Math.min(left, bytes.length);
      return kept;
    };
    let text = (await this.files.readText(container.config.logPath)) ?? '';
    let lines = parseLog(text).filter(wanted);
    if (request.tailLines !== undefined) lines = request.tailLines ? lines.slice(-request.tailLines) : [];
    const first = cut(lines.map(show).join(''));
    if (first) yield first;
    while (request.follow && left > 0 && !aborted(request.signal)) {
      const ended = container.state === 'Exited';
      const now = (await this.files.readText(container.config.logPath)) ?? text;
      if (now.length > text.length) {
        const more = cut(parseLog(now.slice(text.length)).filter(wanted).map(show).join('')); // prettier-ignore
        text = now;
        if (more) yield more;
      } else if (ended) return;
      else await this.clock.sleep(followMs);
    }
  }
}

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}

const aborted = (signal: CancelSignal | undefined): boolean => signal?.aborted ?? false;
