import { afterEach, describe, expect, it } from 'vitest';
import { lessons, passedChecks, startFiles, type Lesson } from '../../src/lessons';
import { closeHosts, start, terminal } from '../sandbox/page-start';

afterEach(closeHosts);

/** A learner's page with the lesson's checks, and the ids of those that have passed. */
class Learner {
  passed: readonly string[] = [];
  #api!: Awaited<ReturnType<typeof start>>['api'];
  #terminal = 0;

  static async begin(lesson: Lesson): Promise<Learner> {
    const learner = new Learner();
    const page = await start({ files: startFiles });
    learner.#api = page.api;
    learner.#terminal = (await terminal(page)).id;
    const { push } = page.events;
    page.events.push = (...events) => {
      for (const event of events) if (event.type === 'facts') learner.#told(lesson, event.held);
      return push.apply(page.events, events);
    };
    await page.api.watchFacts(lesson.checks.map(({ id, fact, waits }) => ({ name: id, fact, waits })));
    await learner.type('kubectl get --raw /readyz');
    await page.api.setRate(10);
    return learner;
  }

  #told(lesson: Lesson, held: readonly string[]): void {
    this.passed = passedChecks(lesson.checks, this.passed, held);
  }

  /** Types the lines, one after another. */
  async type(script: string): Promise<void> {
    for (const line of script.split('\n')) {
      await this.#api.run(this.#terminal, line);
      await this.#api.outcome(this.#terminal);
    }
  }

  async until(ids: readonly string[]): Promise<void> {
    for (let i = 0; i < 1600 && !ids.every((id) => this.passed.includes(id)); i++) await new Promise((resolve) => setTimeout(resolve, 25));
    expect(ids.filter((id) => !this.passed.includes(id))).toEqual([]);
  }
}

const idsOf = (lesson: Lesson): readonly (readonly string[])[] => lesson.steps.en.map(({ checks }) => checks.map(({ id }) => id));

describe.each(lessons)('checks of $id', (lesson) => {
  it('each has a text in both languages and a fact, and comes after one that there is', () => {
    const known = lesson.checks.map(({ id }) => id);
    expect(new Set(known).size).toBe(known.length);
    expect(idsOf(lesson).flat()).toEqual(known);
    expect(lesson.steps.zh.map(({ checks }) => checks.map(({ id }) => id))).toEqual(idsOf(lesson));
    for (const { id, after, waits } of lesson.checks) {
      if (after !== undefined) expect(known.indexOf(after), id).toBeLessThan(known.indexOf(id));
      for (const steps of [lesson.steps.en, lesson.steps.zh]) {
        const text = steps.flatMap(({ checks }) => checks).find((one) => one.id === id)!;
        expect(text.text.length, id).toBeGreaterThan(0);
        expect(text.waits.length > 0, id).toBe(waits !== undefined);
      }
    }
    for (const ids of idsOf(lesson)) expect(ids.length).toBeGreaterThan(0);
    expect(lesson.solution.length).toBe(lesson.steps.en.length);
  });

  it('none holds at the start; the solution of each step passes that step’s, and none of a later step', { timeout: 120_000 }, async () => {
    const learner = await Learner.begin(lesson);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(learner.passed).toEqual([]);
    for (const [at, ids] of idsOf(lesson).entries()) {
      await learner.type(lesson.solution[at]!);
      await learner.until(ids);
    }
  });
});

describe('other right ways', () => {
  const ways: readonly (readonly [lesson: string, way: string, script: string, ids: readonly string[]])[] = [
    ['secrets', 'printf, and files made elsewhere', 'mkdir t; printf bob > t/u; cp t/u username.txt; printf %s geheim | tee password.txt', ['username', 'password']],
    ['secrets', 'a Secret applied from a manifest', "printf 'apiVersion: v1\\nkind: Secret\\nmetadata:\\n  name: admin-access\\nstringData:\\n  username.txt: a\\n  password.txt: b\\n' | kubectl apply -f -", ['secret', 'keys']],
    ['secrets', 'literals, and short names', 'kubectl create secret generic admin-access --from-literal=username.txt=a --from-literal=password.txt=b\nkubectl get no k8s-minion1\nkubectl -n kube-system get po\nkubectl get secret/admin-access -o json', ['nodes', 'system-pods', 'secret', 'keys', 'look']],
    ['secrets', 'the Pod by create and a label', 'kubectl create secret generic admin-access --from-literal=username.txt=a --from-literal=password.txt=b\nkubectl create -f secret-pod.yaml\nkubectl logs -f pod/secret-pod', ['pod', 'mount', 'completed', 'log']],
    ['pause', 'crictl, less and grep', 'crictl ps\ncat Dockerfile | wc -l\nhead -n 3 Dockerfile; grep -c SIGCHLD pause.c', ['containers', 'dockerfile', 'source']],
    ['pause', 'pause ended by its number, with INT', '/pause & sleep 0.2\nkill -INT %1\nwait', ['by-hand']],
    ['pause', 'another shell in the namespace', 'unshare -fp --mount-proc sh\nps\nexit', ['namespace', 'back']],
  ]; // prettier-ignore
  it.each(ways)('%s: %s', { timeout: 60_000 }, async (id, _way, script, ids) => {
    const learner = await Learner.begin(lessons.find((lesson) => lesson.id === id)!);
    await learner.type(script);
    await learner.until(ids);
  });
});

describe('near misses', () => {
  it('a line break at the end, an empty file, a Secret with one key, a Pod that mounts it elsewhere', { timeout: 60_000 }, async () => {
    const learner = await Learner.begin(lessons[0]!);
    await learner.type('echo admin > username.txt; touch password.txt');
    await learner.type('kubectl create secret generic admin-access --from-literal=username.txt=a');
    await learner.type('sed s:/etc/foo:/etc/bar: secret-pod.yaml | kubectl apply -f -');
    await learner.until(['secret', 'pod']);
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (const id of ['username', 'password', 'keys', 'mount', 'log']) expect(learner.passed, id).not.toContain(id);
  });
});
