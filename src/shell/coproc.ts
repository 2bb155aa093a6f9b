import type { Coproc } from 'unbash';
import { runCommand } from './executor';
import { describe } from './describe';
import { ShellError } from './flow';
import type { Job } from './jobs';
import { state } from './jobs';
import { forkChild } from './launch';
import { runCompound } from './compound';
import type { Shell } from './shell';
import { newVariable } from './variables';

/** The descriptor moved as high as there is room, as bash keeps those of its own. */
function moveHigh(sh: Shell, fd: number): number {
  const open = new Set(sh.proc.fds());
  let high = 63;
  while (high > 10 && open.has(high)) high--;
  const moved = sh.proc.dup(fd, high);
  sh.proc.close(fd);
  sh.proc.setCloseOnExec(moved, true);
  return moved;
}

function closeIfOpen(sh: Shell, fd: number | undefined): void {
  if (fd !== undefined && sh.proc.fds().includes(fd)) sh.proc.close(fd);
}

/** `coproc [NAME] command`: a job in the background, its standard input and output on descriptors in NAME[1] and NAME[0]. */
export async function startCoproc(sh: Shell, node: Coproc): Promise<void> {
  const name = node.name?.text ?? 'COPROC';
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new ShellError(`\`${name}': not a valid identifier`);
  const other = sh.jobs.all().find((j) => j.coproc !== undefined && state(j) !== 'done');
  if (other) await sh.complain(`warning: execute_coproc: coproc [${other.pgid}:${other.coproc ?? ''}] still exists`);
  const [fromChild, childOut] = sh.proc.pipe().map((fd) => moveHigh(sh, fd));
  const [childIn, toChild] = sh.proc.pipe().map((fd) => moveHigh(sh, fd));
  const pid = await forkChild(
    sh,
    async (child) => {
      child.proc.dup2(childIn ?? 0, 0);
      child.proc.dup2(childOut ?? 1, 1);
      for (const fd of [fromChild, childOut, childIn, toChild]) closeIfOpen(child, fd);
      child.forkedFor = node.body;
      child.errexitOff = 0;
      if (node.body.type === 'CompoundList') await runCompound(child, node.body);
      else await runCommand(child, node.body, true);
      return child.status;
    },
    { group: sh.jobControl ? 0 : undefined, foreground: false, background: true },
  );
  closeIfOpen(sh, childOut);
  closeIfOpen(sh, childIn);
  const descriptors = newVariable();
  descriptors.kind = 'indexed';
  descriptors.items = new Map([['0', String(fromChild)], ['1', String(toChild)]]); // prettier-ignore
  Object.assign(sh.vars.declare(name), { kind: 'indexed', value: undefined, items: descriptors.items, assigned: true });
  sh.vars.set(`${name}_PID`, String(pid));
  const text = `coproc ${name} ${describe(sh.source.text, node.body)}`;
  const job: Job = {
    number: 0, pgid: pid, processes: [{ pid, text, status: undefined }], text, foreground: false, reported: 'running', ownGroup: sh.jobControl,
    noHup: false, cwd: '', coproc: name,
    removed: () => {
      closeIfOpen(sh, fromChild);
      closeIfOpen(sh, toChild);
      if (sh.vars.find(`${name}_PID`)?.value === String(pid)) for (const n of [name, `${name}_PID`]) sh.vars.unset(n);
    },
  }; // prettier-ignore
  sh.jobs.add(job);
  sh.jobs.enlist(job);
  sh.lastBackground = pid;
  if (sh.interactive && sh.subshellLevel === 0) await sh.err(`[${job.number}] ${pid}\n`);
  sh.status = 0;
}
