import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

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

/**
 * The TCP port a process listens on.
 *
 * @throws {Error} if it listens on none, or this is no system that would tell
 */
export function listeningPort(pid: number): number {
  const found = existsSync('/proc/net/tcp') ? listeningByProc(pid) : listeningByLsof(pid);
  if (found === undefined) throw new Error(`Process ${pid} listens on no port.`);
  return found;
}

/** Linux says which sockets a process holds, and apart from that where each socket listens. */
function listeningByProc(pid: number): number | undefined {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1] ?? [];
      } catch {
        // Closed since the folder was read.
        return [];
      }
    }),
  );
  const listening = '0A';
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n')) {
    const [, address, , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state !== listening || !sockets.has(inode ?? '')) continue;
    return Number.parseInt(address?.split(':')[1] ?? '', 16);
  }
  return undefined;
}

function listeningByLsof(pid: number): number | undefined {
  const args = ['-a', '-p', String(pid), '-iTCP', '-sTCP:LISTEN', '-P', '-n', '-Fn'];
  const [, port] = /:(\d+)$/m.exec(execFileSync('lsof', args, { encoding: 'utf8' })) ?? [];
  return port === undefined ? undefined : Number(port);
}
