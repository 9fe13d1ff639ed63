/** One line of a robots.txt: what it lets be fetched, or not. */
export type RobotsRule = { readonly allow: boolean; readonly pattern: string };

/**
 * The rules of a robots.txt that count for a program (RFC 9309): those of the groups for its own name, else those for
 * everybody.
 */
export function robotsRules(robots: string, agent: string): RobotsRule[] {
  const groups = groupsOf(robots);
  const own = groups.filter(({ agents }) => agents.includes(agent.toLowerCase()));
  return (own.length > 0 ? own : groups.filter(({ agents }) => agents.includes('*')))
    .flatMap((group) => group.rules)
    .filter(({ pattern }) => pattern !== '');
}

/**
 * Whether rules let a path be fetched: the longest that matches counts, and of two as long the one that allows.
 *
 * @param path path and query of the page
 */
export function isAllowedBy(rules: readonly RobotsRule[], path: string): boolean {
  let best = { length: -1, allow: true };
  for (const { allow, pattern } of rules) {
    if (!matches(pattern, path)) continue;
    if (pattern.length > best.length || (pattern.length === best.length && allow)) {
      best = { length: pattern.length, allow };
    }
  }
  return best.allow;
}

type Group = { agents: string[]; rules: RobotsRule[] };

function groupsOf(robots: string): Group[] {
  const groups: Group[] = [];
  let current: Group | undefined;
  for (const line of robots.split(/\r\n|\r|\n/)) {
    const [, field = '', value = ''] = /^\s*([\w-]+)\s*:\s*([^#]*)/.exec(line) ?? [];
    const name = field.toLowerCase();
    if (name === 'user-agent') {
      // A line of agents after rules begins another group.
      if (!current || current.rules.length > 0) {
        current = { agents: [], rules: [] };
        groups.push(current);
      }
      current.agents.push(value.trim().toLowerCase());
    } else if (name === 'allow' || name === 'disallow') {
      current?.rules.push({ allow: name === 'allow', pattern: value.trim() });
    }
  }
  return groups;
}

/** `*` stands for anything, `$` at the end for the end. Without backtracking: a hostile pattern takes no longer. */
function matches(pattern: string, path: string): boolean {
  const anchored = pattern.endsWith('$');
  const parts = (anchored ? pattern.slice(0, -1) : pattern).split('*');
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    if (index === 0) {
      if (!path.startsWith(part)) return false;
      at = part.length;
    } else if (last && anchored) {
      return path.length - part.length >= at && path.endsWith(part);
    } else {
      const found = path.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
  }
  return !anchored || at === path.length;
}
