/** What a unit of systemd has to know. All paths are absolute. */
export interface UnitFacts {
  /** `tocsin`: of the unit, and of its folder in /var/lib. */
  readonly name: string;
  /** The site's folder. */
  readonly site: string;
  readonly node: string;
  /** The program's main file. */
  readonly main: string;
  readonly account: Account;
  /** What the sandbox would hide, as it lies below /home, /root, /run/user or /tmp. */
  readonly readable: readonly string[];
  /** Names of secrets to be handed over by systemd, which reads them as root. */
  readonly credentials: readonly string[];
  /** Some secrets are in environment variables. */
  readonly hasEnvironment: boolean;
}

export type Account =
  /** One that exists only while the service runs; it writes in /var/lib/NAME alone. */
  | { readonly kind: 'dynamic' }
  | {
      readonly kind: 'user';
      readonly user: string;
      /** Folders that it writes in. */
      readonly writable: readonly string[];
      /** Those of them that the sandbox would hide. */
      readonly hidden: readonly string[];
    };

/** By this a unit of ours is recognised, which may be written anew. */
export const UNIT_MARK = '# Written by tocsin service install.';

/** Where systemd looks for units of this computer. */
export function unitPath(name: string): string {
  return `/etc/systemd/system/${name}.service`;
}

/** Where the variables of the unit stand, `HOOK_SECRET=…` on each line. */
export function environmentPath(name: string): string {
  return `/etc/default/${name}`;
}

/** Where systemd finds a secret that is handed over. */
export function credentialSource(name: string, credential: string): string {
  return `/etc/${name}/credentials/${credential}`;
}

/** Of 1 GB: what is beside the heap (SQLite, sockets, buffers) needs the rest. */
const HEAP_MB = 600;

/**
 * A unit in a sandbox: the program sees of the computer what it needs, writes into its data folder only, and has no rights
 * beyond that of opening sockets. `systemd-analyze security` gives it 1.5 of 10 and less, 0 being the safest.
 */
export function unitText(facts: UnitFacts): string {
  const { site, node, main, account } = facts;
  return `${UNIT_MARK}
[Unit]
Description=Tocsin, alerting for ${escaped(site)}
After=network.target
# It is never given up: after a power cut the network may take its time.
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${word(node)} --max-old-space-size=${HEAP_MB} ${word(main)} start --site ${word(site)}
Restart=always
RestartSec=1
# The command line is wrong: that does not get better.
RestartPreventExitStatus=2
TimeoutStopSec=10
${identity(account, facts)}
# Bounds. Each client is an open file.
LimitNOFILE=65536
MemoryMax=1G
# A job that needs too much ends alone.
OOMPolicy=continue
TasksMax=128

# What it sees.
ProtectSystem=strict
ProtectHome=tmpfs
PrivateTmp=yes
PrivateDevices=yes
PrivateUsers=yes
ProtectProc=invisible
ProcSubset=pid
${lines('BindReadOnlyPaths', facts.readable)}
# What it may do: open sockets, and compute. Not MemoryDenyWriteExecute: the JavaScript compiler needs that.
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
# Jobs run at low priority.
SystemCallFilter=setpriority
SystemCallErrorNumber=EPERM
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
DevicePolicy=closed
KeyringMode=private
UMask=0077

[Install]
WantedBy=multi-user.target
`;
}

function identity(account: Account, { name, credentials, hasEnvironment }: UnitFacts): string {
  const own =
    account.kind === 'dynamic'
      ? `DynamicUser=yes\nStateDirectory=${name}\nStateDirectoryMode=0700\n`
      : `User=${account.user}\n${writablePaths(account)}`;
  const secrets = credentials.map((one) => `LoadCredential=${one}:${credentialSource(name, one)}\n`).join('');
  const environment = hasEnvironment ? `EnvironmentFile=${environmentPath(name)}\n` : '';
  return `\n# Who it is.\n${own}${secrets}${environment}`;
}

function writablePaths({ writable, hidden }: Extract<Account, { kind: 'user' }>): string {
  const seen = writable.filter((path) => !hidden.includes(path));
  return lines('ReadWritePaths', seen) + lines('BindPaths', hidden);
}

function lines(key: string, paths: readonly string[]): string {
  return paths.map((path) => `${key}=${word(path)}\n`).join('');
}

/** A word of a line: quoted where it has to be. */
function word(text: string): string {
  const inner = escaped(text);
  return /[\s"'\\;]/.test(text) ? `"${inner.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : inner;
}

/** `%` begins a specifier of systemd, `$` a variable. */
function escaped(text: string): string {
  return text.replaceAll('%', '%%').replaceAll('$', '$$$$');
}
