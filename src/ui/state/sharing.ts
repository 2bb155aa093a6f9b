import type { SandboxApi } from '../../sandbox/protocol';
import type { Preferences } from './preferences.svelte';
import { fromHash, toHash, type Shared } from './share';
import { load, save } from './storage';
import type { Toasts } from './toasts.svelte';

/** Of the toast that tells that steps are filled in. */
const topic = 'fill in';

const here = (): string => location.origin + location.pathname;

export interface SharingHost {
  readonly preferences: Preferences;
  readonly toasts: Toasts;
  /** In a frame: nothing of the reader's is replaced, and the address stays for another start. */
  readonly embedded: boolean;
  readonly api: () => SandboxApi | undefined;
  /** A new sandbox with what was saved, or with nothing in it; settles once it runs. */
  readonly start: (saved: Uint8Array | undefined) => Promise<void>;
  /** Files and objects were changed by other means than a program of the reader's. */
  readonly changed: () => void;
}

/** Links that hold a step, and the work at it. */
export class Sharing {
  readonly #host: SharingHost;
  /** Settles once what is being filled in is there. */
  filled: Promise<void> = Promise.resolve();

  constructor(host: SharingHost) {
    this.#host = host;
  }

  /** Opens what the page's address holds; false: it holds nothing. */
  async open(): Promise<boolean> {
    const shared = await fromHash(location.hash);
    if (!shared) return false;
    if (!this.#host.embedded) history.replaceState(null, '', location.pathname + location.search);
    if (shared === 'damaged') {
      this.damaged();
      return false;
    }
    await this.#show(shared);
    return true;
  }

  damaged(): void {
    const { preferences, toasts } = this.#host;
    const { share } = preferences.text;
    toasts.show({ topic: 'shared', kind: 'fail', title: share.damaged, text: share.damagedWhat });
  }

  /** Takes the place of what is saved here, which is kept aside. */
  async #show({ lesson, step, work }: Shared): Promise<void> {
    const { preferences, toasts, start, embedded } = this.#host;
    const mine = embedded ? undefined : await load('work');
    if (mine) await save('mine', mine);
    const before = preferences.work;
    preferences.reset();
    preferences.lessonId = lesson;
    preferences.goToStep(step);
    const { share } = preferences.text;
    const back = async (): Promise<void> => {
      preferences.work = before;
      if (mine) await save('work', mine);
      await start(mine);
    };
    if (!embedded)
      toasts.show({
        topic: 'shared',
        kind: mine ? 'wait' : 'run',
        title: work ? share.opened : share.openedClean(step + 1),
        text: mine ? share.mineKept : '',
        actions: mine ? [{ label: share.backToMine, run: () => void back() }] : [],
      });
    await start(work);
    if (!work) this.startHere();
    await this.filled;
  }

  /** The sandbox that was being filled in is no more. */
  stop(): void {
    this.filled = Promise.resolve();
    this.#host.toasts.closeTopic(topic);
  }

  /** Does what the steps before the present one ask for. */
  startHere(): void {
    this.filled = this.#fillIn();
  }

  async #fillIn(): Promise<void> {
    const { preferences, toasts } = this.#host;
    const { lesson, step } = preferences;
    if (step > 0) toasts.show({ topic, kind: 'wait', title: preferences.text.share.fillingIn(step), text: '' });
    for (const script of lesson.solution.slice(0, step)) await this.#host.api()?.runScript(script);
    toasts.closeTopic(topic);
    preferences.pass(lesson, step);
    this.#host.changed();
  }

  /** A link to the present step: with the work as it is, or to a clean start there. */
  async link(withWork: boolean): Promise<string> {
    const { lessonId, step } = this.#host.preferences;
    const work = withWork ? await this.#host.api()?.save() : undefined;
    return here() + (await toHash({ lesson: lessonId, step, work }));
  }

  /** HTML that shows the present step in another page. */
  async frame(): Promise<string> {
    const { lesson, step, language } = this.#host.preferences;
    const title = lesson.steps[language][step]!.title.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
    const address = `${here()}?embed${await toHash({ lesson: lesson.id, step })}`;
    return `<iframe src="${address}" title="${title}" width="720" height="480" allow="cross-origin-isolated; clipboard-read; clipboard-write"></iframe>`;
  }
}
