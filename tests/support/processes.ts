import { execFileSync } from 'node:child_process';

type Process = { readonly pid: number; readonly parent: number; readonly command: string };

/** Every process of this machine, zombies left out. */
function processes(): Process[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' });
  return table.split('\n').flatMap((line) => {
    const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (!pid || state?.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), command: command ?? '' }];
  });
}

/** The children of a process and theirs. */
export function descendantsOf(pid: number): Process[] {
  const all = processes();
  const found: Process[] = [];
  const visit = (parent: number) => {
    for (const each of all.filter((candidate) => candidate.parent === parent)) {
      found.push(each);
      visit(each.pid);
    }
  };
  visit(pid);
  return found;
}

/** The processes whose command line holds a text, whoever their parent is. */
export const processesWith = (text: string): Process[] =>
  processes().filter(({ command }) => command.includes(text));

/** Those of the process ids that still run. */
export function runningAmong(pids: readonly number[]): number[] {
  const running = new Set(processes().map(({ pid }) => pid));
  return pids.filter((pid) => running.has(pid));
}
