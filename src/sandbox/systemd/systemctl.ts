import { print, printError, type Process, type Program } from '../../kernel';
import type { Journal } from './journal';
import { statusText } from './status';
import type { Unit } from './units';

export interface Services {
  readonly units: readonly Unit[];
  readonly journal: Journal;
}

const unitOf = (services: Services, name: string): Unit | undefined =>
  services.units.find(({ fullName, file }) => name === fullName || name === file.name);
const asUnit = (name: string): string => (name.includes('.') ? name : `${name}.service`);

interface Context {
  readonly proc: Process;
  readonly services: Services;
  readonly names: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly lines: number;
}
type Verb = (context: Context) => Promise<number>;

/** A verb on each of the units named. `missing`: the status when one is not there. */
function each(verb: string, missing: number, act: (unit: Unit, context: Context) => Promise<number>): Verb {
  return async (context) => {
    if (!context.names.length) {
      await printError(context.proc, 'Too few arguments.\n');
      return 1;
    }
    let code = 0;
    for (const name of context.names) {
      const unit = unitOf(context.services, name);
      if (unit) code = (await act(unit, context)) || code;
      else {
        const why = { start: 'Failed to start', stop: 'Failed to stop', restart: 'Failed to restart' }[verb];
        const text = verb === 'status' ? `Unit ${asUnit(name)} could not be found.` : `${why} ${asUnit(name)}: Unit ${asUnit(name)} ${verb === 'stop' ? 'not loaded' : 'not found'}.`; // prettier-ignore
        await printError(context.proc, `${text}\n`);
        code = missing;
      }
    }
    return code;
  };
}

/** Stopping is refused for what everything runs on. */
async function stop(unit: Unit, { proc }: Context, verb = 'stop'): Promise<number> {
  if (unit.file.stays) {
    await printError(
      proc,
      `Failed to ${verb} ${unit.fullName}: Operation refused, unit ${unit.fullName} may be requested by dependency only (it is configured to refuse manual start/stop).\nSee system logs and 'systemctl status ${unit.fullName}' for details.\n`,
    );
    return 1;
  }
  await unit.stop();
  return 0;
}

const activeWord = ({ state: { state } }: Unit): string => (state === 'auto-restart' ? 'activating' : state);
const subWord = ({ state: { state } }: Unit): string => ({ active: 'running', inactive: 'dead', failed: 'failed', 'auto-restart': 'auto-restart' })[state]; // prettier-ignore

/** `is-active` and its like: a word for each unit, and whether one of them is so. */
const ask =
  (word: (unit: Unit | undefined) => string, good: string, bad: number): Verb =>
  async ({ proc, services, names, flags }) => {
    const words = names.map((name) => word(unitOf(services, name)));
    if (!flags.has('quiet')) await print(proc, words.map((each) => `${each}\n`).join(''));
    return words.includes(good) ? 0 : bad;
  };

const link = ({ fullName }: Unit): string => `/etc/systemd/system/multi-user.target.wants/${fullName}`;

async function list({ proc, services, names, flags }: Context): Promise<number> {
  const shown = services.units.filter(
    (unit) =>
      (flags.has('all') || unit.state.state !== 'inactive') &&
      (!names.length || names.some((name) => asUnit(name) === unit.fullName || (name.endsWith('*') && unit.fullName.startsWith(name.slice(0, -1))))),
  );
  const width = Math.max(4, ...shown.map(({ fullName }) => fullName.length));
  const rows = shown.map((unit) => `  ${unit.fullName.padEnd(width)} loaded ${activeWord(unit).padEnd(6)} ${subWord(unit).padEnd(7)} ${unit.file.description}\n`); // prettier-ignore
  await print(
    proc,
    `  ${'UNIT'.padEnd(width)} LOAD   ACTIVE SUB     DESCRIPTION\n${rows.join('')}\nLOAD   = Reflects whether the unit definition was properly loaded.\nACTIVE = The high-level unit activation state, i.e. generalization of SUB.\nSUB    = The low-level unit activation state, values depend on unit type.\n${rows.length} loaded units listed.${flags.has('all') ? '' : ' Pass --all to see loaded but inactive units, too.'}\nTo show all installed unit files use 'systemctl list-unit-files'.\n`,
  );
  return 0;
} // prettier-ignore

const properties = (unit: Unit, nowPid: number): Readonly<Record<string, string>> => ({
  Id: unit.fullName,
  Description: unit.file.description,
  LoadState: 'loaded',
  ActiveState: activeWord(unit),
  SubState: subWord(unit),
  UnitFileState: unit.isEnabled ? 'enabled' : 'disabled',
  FragmentPath: unit.file.path,
  Restart: 'always',
  NRestarts: String(unit.restarts),
  MainPID: String(nowPid),
});

const verbs: Readonly<Record<string, Verb>> = {
  status: each('status', 4, async (unit, { proc, services, lines }) => {
    await print(proc, statusText(unit, services.journal, proc.uname().nodename, proc.clock.now(), lines));
    return unit.state.state === 'active' ? 0 : 3;
  }),
  start: each('start', 5, async (unit) => (await unit.start(), 0)),
  stop: each('stop', 5, stop),
  restart: each('restart', 5, async (unit, context) => (await stop(unit, context, 'restart')) || (await unit.start(), 0)),
  'is-active': ask((unit) => (unit ? activeWord(unit) : 'inactive'), 'active', 3),
  'is-enabled': ask((unit) => (unit?.isEnabled ? 'enabled' : unit ? 'disabled' : 'not-found'), 'enabled', 1),
  'is-failed': ask((unit) => (unit ? activeWord(unit) : 'inactive'), 'failed', 1),
  enable: each('enable', 1, async (unit, { proc, flags }) => {
    if (!unit.isEnabled) await printError(proc, `Created symlink ${link(unit)} → ${unit.file.path}.\n`);
    unit.isEnabled = true;
    if (flags.has('now')) await unit.start();
    return 0;
  }),
  disable: each('disable', 1, async (unit, context) => {
    if (unit.isEnabled) await printError(context.proc, `Removed "${link(unit)}".\n`);
    unit.isEnabled = false;
    return context.flags.has('now') ? stop(unit, context) : 0;
  }),
  cat: each('cat', 1, async ({ file }, { proc }) => {
    await print(proc, `# ${file.path}\n${file.text}${file.dropIn ? `\n# ${file.dropIn.path}\n${file.dropIn.text}` : ''}`);
    return 0;
  }),
  show: each('show', 0, async (unit, { proc, flags }) => {
    const all = Object.entries(properties(unit, unit.state.state === 'active' ? unit.state.pid : 0));
    const wanted = [...flags].filter((flag) => flag.startsWith('p:')).flatMap((flag) => flag.slice(2).split(','));
    await print(proc, all.filter(([name]) => !wanted.length || wanted.includes(name)).map(([name, value]) => (flags.has('value') ? `${value}\n` : `${name}=${value}\n`)).join('')); // prettier-ignore
    return 0;
  }),
  'daemon-reload': async () => 0,
  'reset-failed': async () => 0,
  'list-units': list,
  'list-unit-files': async ({ proc, services }) => {
    const rows = services.units.map(
      (unit) => `${unit.fullName.padEnd(20)} ${(unit.isEnabled ? 'enabled' : 'disabled').padEnd(8)} enabled\n`,
    );
    await print(proc, `UNIT FILE            STATE    PRESET\n${rows.join('')}\n${rows.length} unit files listed.\n`);
    return 0;
  },
};

const long: Readonly<Record<string, string>> = { '-q': '--quiet', '-a': '--all', '-l': '--full', '-n': '--lines', '-p': '--property', '-t': '--type' }; // prettier-ignore
const valued = new Set(['--lines', '--property', '--type', '--state', '--output']);

/** Controls the services of the node. */
export const systemctl =
  (services: Services): Program =>
  async (proc) => {
    const flags = new Set<string>();
    const operands: string[] = [];
    let lines = 10;
    const args = proc.argv.slice(1);
    for (let i = 0; i < args.length; i++) {
      const arg = args[i]!;
      if (!arg.startsWith('-')) {
        operands.push(arg);
        continue;
      }
      const [name = '', inline] = (long[arg] ?? arg).split('=');
      const value = valued.has(name) ? (inline ?? args[++i] ?? '') : '';
      if (name === '--lines') lines = Number(value) || 0;
      else if (name === '--property') flags.add(`p:${value}`);
      else flags.add(name.slice(2));
    }
    const [verb = 'list-units', ...names] = operands;
    if (verb === 'status' && !names.length) names.push(...services.units.map(({ fullName }) => fullName));
    const run = verbs[verb];
    if (run) return run({ proc, services, names, flags, lines });
    await printError(proc, `Unknown command verb ${verb}.\n`);
    return 1;
  };
