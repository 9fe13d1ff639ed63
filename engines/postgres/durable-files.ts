import { closeSync, fsyncSync, openSync } from 'node:fs';
import type { Extension } from '@electric-sql/pglite';

/** The parts of Emscripten's NODEFS that are used here. */
type NodeFileSystem = {
  stream_ops: { fsync?: (stream: { nfd?: number; node: unknown }) => number };
  realPath(node: unknown): string;
};

/**
 * Gives PGlite a real fsync. Emscripten's file system over Node has none, so PostgreSQL's calls succeed without doing
 * anything, and a power cut could lose what was acknowledged. It is an extension because that is PGlite's way to reach
 * the file system before the server starts and recovers.
 */
export const durableFiles: Extension = {
  name: 'durable-files',
  setup: async (_pglite, emscriptenOptions: { preRun?: unknown[] }) => ({
    emscriptenOpts: {
      ...emscriptenOptions,
      preRun: [
        ...(emscriptenOptions.preRun ?? []),
        (module: { FS: { filesystems: { NODEFS: NodeFileSystem } } }) => {
          const files = module.FS.filesystems.NODEFS;
          files.stream_ops.fsync = (stream) => {
            if (stream.nfd !== undefined) fsyncSync(stream.nfd);
            else syncFolder(files.realPath(stream.node));
            return 0;
          };
        },
      ],
    },
  }),
};

/** A new file's name is durable only once its folder is synced; Windows cannot and need not open folders for that. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
