import { getContext, setContext } from 'svelte';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Remote } from 'comlink';
import { startFiles } from '../../lessons';
import { damagedSave, type LoadStage, type Outcome, type Rate, type SandboxApi, type SandboxEvent } from '../../sandbox/protocol';
import { Checks } from './checks.svelte';
import { applyCommand, placeOf } from './commands';
import { Connection } from './connection';
import { Files } from './files.svelte';
import { Preferences, type PaneName } from './preferences.svelte';
import { Pictures } from './pictures.svelte';
import { Sharing } from './sharing';
import { download, forget, load, save } from './storage';
import { Terminals, type Terminal } from './terminals.svelte';
import { Toasts } from './toasts.svelte';

export type Progress =
  | { readonly state: 'waiting' }
  | { readonly state: 'loading'; readonly fraction: number | undefined }
  | { readonly state: 'ready' }
  | { readonly state: 'failed'; readonly reason: 'isolation' | 'network' | 'other'; readonly message: string };

export type Part = LoadStage | 'editor';
export type Saving = 'nothing' | 'saving' | 'saved' | 'failed' | 'elsewhere';

const saveDelayMs = 1000;

/** Everything the page shows, and the sandbox behind it. */
export class Page {
  /** In a frame of another page (`?embed`): one step and the terminal; what the browser keeps is left alone. */
  readonly embedded = new URLSearchParams(location.search).has('embed');
  readonly preferences = new Preferences({ keeps: !this.embedded });
  readonly toasts = new Toasts();
  readonly terminals = new Terminals();
  readonly checks = new Checks(this.preferences);
  readonly pictures = new Pictures();
  readonly sharing = new Sharing({
    preferences: this.preferences,
    toasts: this.toasts,
    embedded: this.embedded,
    api: () => (this.#connection ? plain(this.#connection.api) : undefined),
    start: (saved) => this.#start(saved, 'link'),
    changed: () => void this.changes++,
  });
  readonly files = new Files((path, error) =>
    this.toasts.show({ topic: `write ${path}`, kind: 'fail', title: this.text.editor.writeFailed(path), text: messageOf(error) }),
  );
  /** How the lesson's commands ended, by their places' names. */
  readonly outcomes = new SvelteMap<string, Outcome>();
  /** The lessons' hints that were opened: `LESSON STEP LEVEL`. */
  readonly hints = new SvelteSet<string>();
  sandbox: 'starting' | 'ready' | 'broken' = $state('starting');
  progress: Readonly<Record<Part, Progress>> = $state.raw({
    kernel: { state: 'waiting' },
    cluster: { state: 'waiting' },
    wasm: { state: 'waiting' },
    clang: { state: 'waiting' },
    editor: { state: 'waiting' },
  });
  saving: Saving = $state('nothing');
  rate: Rate = $state(1);
  /** Counts the sandbox's changes, for what depends on its state. */
  changes: number = $state(0);
  /** Sandbox time, ms since the start, as it was when it was asked for. */
  #time: { readonly sinceStartMs: number; readonly atMs: number } | undefined = $state.raw();
  #connection: Connection | undefined;
  #saveTimer: ReturnType<typeof setTimeout> | undefined;
  /** Saves go one after another. */
  #saved: Promise<void> = Promise.resolve();
  #owner = false;
  #disposers: (() => void)[] = [];
  /** Set while the sandbox is made anew on purpose. */
  #generation = 0;

  get text() {
    return this.preferences.text;
  }

  /** Starts the sandbox, and all that goes on beside it, until `close`. */
  async open(): Promise<void> {
    this.#disposers.push(this.preferences.follow());
    const hidden = (): void => {
      if (document.visibilityState === 'hidden') void this.#saveSoon(0);
    };
    document.addEventListener('visibilitychange', hidden);
    this.#disposers.push(() => document.removeEventListener('visibilitychange', hidden));
    this.#own();
    if (!(await this.sharing.open())) await this.#start(this.embedded ? undefined : await load('work'));
  }

  close(): void {
    this.#cancelSave();
    for (const dispose of this.#disposers.splice(0)) dispose();
    this.#connection?.close();
  }

  /** Of several pages open at a time, one saves. */
  #own(): void {
    if (this.embedded) return;
    if (!('locks' in navigator)) return void (this.#owner = true);
    const ended = new AbortController();
    this.#disposers.push(() => ended.abort());
    void navigator.locks.request('pausebox work', { ifAvailable: true }, (lock) => {
      this.#owner = lock !== null;
      if (!lock) {
        this.saving = 'elsewhere';
        return undefined;
      }
      return new Promise<void>((resolve) => ended.signal.addEventListener('abort', () => resolve()));
    });
  }

  async #start(saved: Uint8Array | undefined, from: 'browser' | 'link' = 'browser'): Promise<void> {
    const generation = ++this.#generation;
    this.#connection?.close();
    this.files.disconnect();
    this.sharing.stop();
    this.terminals.disconnect();
    this.sandbox = 'starting';
    this.pictures.disconnect();
    this.#progress('kernel', { state: 'loading', fraction: undefined });
    const connection = new Connection((message) => this.#crashed(message));
    this.#connection = connection;
    try {
      await connection.start({ language: this.preferences.language, saved, files: startFiles }, (event) => this.#event(event));
    } catch (error) {
      if (generation !== this.#generation) return;
      if (saved && error instanceof Error && error.name === damagedSave) {
        if (from === 'browser') return this.#damaged(saved);
        this.sharing.damaged();
        return this.#start(undefined);
      }
      return this.#crashed(messageOf(error));
    }
    if (generation !== this.#generation) return;
    const access = plain(connection.api);
    this.sandbox = 'ready';
    this.#progress('kernel', { state: 'ready' });
    if (saved && this.saving === 'nothing') this.saving = 'saved';
    await this.terminals.connect(access);
    await this.checks.connect(access);
    await this.pictures.connect(access);
    await this.files.connect(access, await access.home());
    if (this.rate !== 1) await access.setRate(this.rate);
    await this.#askTime();
  }

  async #damaged(saved: Uint8Array): Promise<void> {
    await save('damaged', saved);
    await forget('work');
    const { trouble } = this.text;
    this.toasts.show({
      topic: 'damaged',
      kind: 'fail',
      title: trouble.damaged,
      text: trouble.damagedWhat,
      actions: [{ label: trouble.damagedDownload, run: () => download('pausebox-damaged.bin', saved), stays: true }],
    });
    await this.#start(undefined);
  }

  #crashed(message: string): void {
    this.sandbox = 'broken';
    this.files.disconnect();
    const { trouble } = this.text;
    this.toasts.show({
      topic: 'crash',
      kind: 'fail',
      title: trouble.crashed,
      text: trouble.crashedWhat,
      detail: message,
      actions: [{ label: trouble.restart, run: () => void this.restart(), main: true }],
    });
  }

  /** A new sandbox with what was saved last. */
  async restart(): Promise<void> {
    this.toasts.closeTopic('crash');
    this.toasts.closeTopic('fault');
    if (this.embedded) return this.reset();
    await this.#start(await load('work'));
  }

  /** A new sandbox with nothing in it, or in a frame with what its address says. */
  async reset(): Promise<void> {
    this.#cancelSave();
    await this.#saved;
    if (!this.embedded) {
      await forget('work');
      await forget('damaged');
    }
    for (const path of [...this.files.open.keys()]) this.files.open.delete(path);
    this.preferences.reset();
    this.outcomes.clear();
    this.hints.clear();
    if (this.saving !== 'elsewhere') this.saving = 'nothing';
    if (!this.embedded || !(await this.sharing.open())) await this.#start(undefined);
  }

  #event(event: SandboxEvent): void {
    switch (event.type) {
      case 'progress':
        // what was looked at without the cluster is looked at again
        if (event.stage === 'cluster' && event.fraction === 1) this.changes++;
        return this.#progress(event.stage, event.fraction === 1 ? { state: 'ready' } : { state: 'loading', fraction: event.fraction });
      case 'unavailable':
        return this.#progress(event.stage, { state: 'failed', reason: event.reason, message: event.message });
      case 'file':
        return void this.files.changed(event.path);
      case 'changed':
        this.changes++;
        return void this.#saveSoon(saveDelayMs);
      case 'facts':
        return this.checks.told(event.held, event.waiting);
      case 'scene':
        return void (this.pictures.scene = event.scene);
      case 'terminal-ended':
        return this.terminals.ended(event.id, event.status);
      case 'error': {
        const { trouble } = this.text;
        const detail = event.detail ? `${event.message}\n${event.detail}` : event.message;
        this.toasts.show({
          topic: 'fault',
          kind: 'fail',
          title: trouble.fault,
          text: trouble.faultWhat,
          detail,
          actions: [{ label: trouble.restart, run: () => void this.restart() }],
        });
      }
    }
  }

  #progress(part: Part, progress: Progress): void {
    this.progress = { ...this.progress, [part]: progress };
  }

  editorProgress(progress: Progress): void {
    this.#progress('editor', progress);
  }

  #saveSoon(delayMs: number): Promise<void> {
    if (!this.#owner || this.sandbox !== 'ready') return Promise.resolve();
    this.saving = 'saving';
    if (delayMs === 0) {
      this.#cancelSave();
      return this.save();
    }
    // what goes on changing is saved meanwhile, too
    this.#saveTimer ??= setTimeout(() => {
      this.#saveTimer = undefined;
      void this.save();
    }, delayMs);
    return Promise.resolve();
  }

  #cancelSave(): void {
    clearTimeout(this.#saveTimer);
    this.#saveTimer = undefined;
  }

  /** Keeps the sandbox in the browser. */
  save(): Promise<void> {
    const generation = this.#generation;
    this.#saved = this.#saved.then(async () => {
      const connection = this.#connection;
      if (!connection || !this.#owner || this.sandbox !== 'ready' || generation !== this.#generation) return;
      this.saving = 'saving';
      try {
        const result = await save('work', await connection.api.save());
        if (generation !== this.#generation) return;
        this.saving = result !== 'saved' ? 'failed' : this.#saveTimer ? 'saving' : 'saved';
        if (result === 'saved') this.toasts.closeTopic('storage');
        else this.#notSaved(result);
      } catch (error) {
        if (generation !== this.#generation) return;
        this.saving = 'failed';
        this.#event({ type: 'error', message: messageOf(error) });
      }
    });
    return this.#saved;
  }

  #notSaved(result: 'full' | 'unavailable'): void {
    const { trouble } = this.text;
    this.toasts.show({
      topic: 'storage',
      kind: 'wait',
      title: result === 'full' ? trouble.full : trouble.unsaved,
      text: result === 'full' ? trouble.fullWhat : trouble.unsavedWhat,
      actions: [{ label: trouble.downloadWork, run: () => void this.downloadWork(), main: true, stays: true }],
    });
  }

  async downloadWork(): Promise<void> {
    const bytes = await this.#connection?.api.save();
    if (bytes) download('pausebox-work.bin', bytes);
  }

  async setRate(rate: Rate): Promise<void> {
    this.rate = rate;
    await this.#connection?.api.setRate(rate);
    await this.#askTime();
  }

  #beforePause: Rate = 1;
  togglePause(): void {
    if (this.rate !== 0) this.#beforePause = this.rate;
    void this.setRate(this.rate === 0 ? this.#beforePause : 0);
  }

  /** Jumps to the next thing that happens. */
  async step(): Promise<void> {
    await this.#connection?.api.step();
    await this.#askTime();
  }

  async #askTime(): Promise<void> {
    const time = await this.#connection?.api.time();
    if (time) this.#time = { sinceStartMs: time.sinceStartMs, atMs: performance.now() };
  }

  /** Sandbox time since the start, at `nowMs` of `performance.now`. */
  sinceStartMs(nowMs: number): number | undefined {
    return this.#time && this.#time.sinceStartMs + Math.max(0, nowMs - this.#time.atMs) * this.rate;
  }

  /** What the editor asks about a manifest's text, once the sandbox is there. */
  get manifests(): Pick<SandboxApi, 'diagnose' | 'applied' | 'hover' | 'complete'> | undefined {
    return this.sandbox === 'ready' && this.#connection ? plain(this.#connection.api) : undefined;
  }

  /** Shows a file in the editor, with a tab if it has none. */
  openFile(path: string): void {
    if (!this.preferences.tabs.includes(path)) this.preferences.tabs = [...this.preferences.tabs, path];
    this.preferences.file = path;
    this.files.get(path);
    this.show('editor');
  }

  /**
   * Types a command into the active terminal; `typed` is called once it has been typed, the promise settles when it has
   * ended. `name`: its place's in the lesson; without, the place that awaits it.
   */
  async run(command: string, name?: string, typed: () => void = () => undefined): Promise<void> {
    await Promise.all([this.files.flushAll(), this.sharing.filled]);
    const terminal = this.terminals.active;
    if (name !== undefined) this.outcomes.delete(name);
    await terminal.run(command);
    typed();
    await this.#follow(terminal, command, name ?? placeOf(this.preferences, (one) => one === command)?.name);
  }

  /** Enter was pressed behind `line`, a terminal's: the lesson's command in it counts as run, as if it had been clicked. */
  entered(terminal: Terminal, line: string): void {
    const place = placeOf(this.preferences, (command) => line.endsWith(`# ${command}`) || line.endsWith(`$ ${command}`));
    if (place) void this.#follow(terminal, place.block.command, place.name);
  }

  async #follow(terminal: Terminal, command: string, name: string | undefined): Promise<void> {
    if (name !== undefined) this.preferences.markRun(name);
    const applied = [...this.files.open.values()].find((file) => command === applyCommand(file.path));
    const text = applied?.text ?? '';
    const outcome = await terminal.outcome();
    if (!outcome) return;
    if (name !== undefined) this.outcomes.set(name, outcome);
    if (!applied) return;
    applied.refused = outcome.code ? { text, words: outcome.output.trim() } : undefined;
    this.changes++;
  }

  async apply(path: string): Promise<void> {
    await this.files.flush(path);
    const file = this.files.open.get(path);
    if (file?.content.state === 'conflict') return;
    this.show('terminal');
    await this.run(applyCommand(path));
  }

  /** On a phone: the one pane that is seen. Elsewhere all are. */
  show(pane: PaneName): void {
    this.preferences.pane = pane;
    if (pane === 'lesson') this.preferences.drawer = true;
  }

  reopenTerminal(terminal: Terminal): void {
    this.terminals.reopen(terminal);
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** comlink's type of a remote has promises of promises; what it does is the interface itself. */
const plain = (remote: Remote<SandboxApi>): SandboxApi => remote as unknown as SandboxApi;

const key = Symbol('page');
export const providePage = (page: Page): Page => setContext(key, page);
export const usePage = (): Page => getContext<Page>(key);
