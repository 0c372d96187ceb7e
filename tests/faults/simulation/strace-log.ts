import type { FileOperation } from './file-operation.js';

/**
 * How the calls must be recorded: all bytes in hexadecimal, files by their paths. What is mapped into memory is not seen: the
 * only such file is that by which readers and writers agree (`-shm`), which whoever opens the database first makes anew.
 */
export const RECORDING = [
  ...['strace', '--follow-forks', '--seccomp-bpf', '--quiet=all', '--decode-fds=path', '-xx'],
  ...['--string-limit=4194304', '--signal=none'],
  '--trace=openat,pwrite64,write,writev,pwritev,pwritev2,ftruncate,truncate,fallocate,fsync,fdatasync,unlink,unlinkat,rename,renameat,renameat2,copy_file_range',
];

interface Call {
  readonly name: string;
  /** As strace prints them, without the outermost parentheses. */
  readonly parameters: string;
  readonly result: number;
}

/** What was done to the files of `folder`, and what was written to the standard output, in order. */
export function operationsIn(log: string, folder: string): FileOperation[] {
  const appended = new Set<string>();
  return callsIn(log).flatMap((call) => operationOf(call, { folder, appended }));
}

/** What one thread began while others were at work is put together again. */
function callsIn(log: string): Call[] {
  const begun = new Map<string, string>();
  return log.split('\n').flatMap((line): Call[] => {
    const [, pid = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (rest.endsWith(' <unfinished ...>')) {
      begun.set(pid, rest.slice(0, -' <unfinished ...>'.length));
      return [];
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
    const whole = resumed === null ? rest : `${begun.get(pid) ?? ''}${resumed[1]}`;
    const end = whole.lastIndexOf(') ');
    const result = /^\) += (-?\d+)/.exec(whole.slice(end));
    if (result === null) return [];
    const start = whole.indexOf('(');
    return [
      { name: whole.slice(0, start), parameters: whole.slice(start + 1, end), result: Number(result[1]) },
    ];
  });
}

interface Known {
  readonly folder: string;
  /** Files that were opened for appending. */
  readonly appended: Set<string>;
}

function operationOf(call: Call, { folder, appended }: Known): FileOperation[] {
  const { name, parameters, result } = call;
  const failed = result < 0;
  const inFolder = (path: string | undefined) =>
    path?.startsWith(`${folder}/`) === true ? path.slice(folder.length + 1) : null;
  // `17<path>, …`: of a file that is gone nothing matters any more.
  const opened = /^(\d+)<([^>]*)>(\(deleted\))?/.exec(parameters);
  const path = opened?.[2] === undefined ? undefined : decoded(opened[2]).toString();
  const file = opened?.[3] === undefined ? inFolder(path) : null;
  const strings = [...parameters.matchAll(/"([^"]*)"/g)].map(([, text = '']) => decoded(text));
  const named = strings.map((text) => inFolder(text.toString()));
  switch (name) {
    case 'openat': {
      const [created] = named;
      if (failed || created === null || created === undefined) return [];
      if (/O_APPEND/.test(parameters)) appended.add(created);
      if (!/O_CREAT/.test(parameters)) return [];
      const operations: FileOperation[] = [{ kind: 'create', name: created }];
      return /O_TRUNC/.test(parameters)
        ? [...operations, { kind: 'truncate', name: created, size: 0 }]
        : operations;
    }
    case 'write': {
      const bytes = (strings[0] ?? Buffer.alloc(0)).subarray(0, result);
      if (opened?.[1] === '1') return [{ kind: 'mark', text: bytes.toString().trim() }];
      if (file === null || failed) return [];
      if (!appended.has(file))
        throw new Error(`where does this write to? ${name}(${parameters.slice(0, 200)}`);
      return [{ kind: 'append', name: file, bytes }];
    }
    case 'pwrite64':
      if (file === null || failed) return [];
      return [
        {
          kind: 'write',
          name: file,
          at: lastNumber(parameters),
          bytes: (strings[0] ?? Buffer.alloc(0)).subarray(0, result),
        },
      ];
    case 'ftruncate':
      return file === null || failed ? [] : [{ kind: 'truncate', name: file, size: lastNumber(parameters) }];
    case 'fsync':
    case 'fdatasync':
      if (failed) return [];
      if (path === folder) return [{ kind: 'syncFolder' }];
      return file === null ? [] : [{ kind: 'sync', name: file }];
    case 'copy_file_range': {
      // `17<from>, [0], 18<to>, [0], 4096, 0`; libuv copies to the place where it copies from.
      const [, at = '', target = ''] = /^[^,]*, \[(\d+)\], \d+<([^>]*)>/.exec(parameters) ?? [];
      const to = inFolder(decoded(target).toString());
      if (failed || file === null || to === null) return [];
      return [{ kind: 'copy', name: to, from: file, at: Number(at), length: result }];
    }
    case 'unlink':
    case 'unlinkat': {
      const [gone] = named;
      return failed || gone === null || gone === undefined ? [] : [{ kind: 'unlink', name: gone }];
    }
    case 'rename':
    case 'renameat':
    case 'renameat2': {
      const [from, to] = named;
      if (failed || from === null || from === undefined || to === null || to === undefined) return [];
      return [{ kind: 'rename', name: from, to }];
    }
    default:
      if (file === null && named.every((one) => one === null)) return [];
      throw new Error(`unknown to the simulation: ${name}(${parameters.slice(0, 200)}`);
  }
}

/** `\x2f\x74`, as `-xx` prints every byte. */
function decoded(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex');
}

function lastNumber(parameters: string): number {
  return Number(/(\d+)$/.exec(parameters)?.[1]);
}
