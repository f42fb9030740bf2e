import type { CommandRow, OptionRow } from './command.ts';

const data: OptionRow = {
  name: 'data',
  type: 'string',
  value: 'DIR',
  description:
    'The data folder (else KERBSIDE_DATA; else /var/lib/kerbside for root where it exists, ./.kerbside otherwise).',
};
const station: OptionRow = {
  name: 'station',
  type: 'string',
  value: 'NAME',
  description: 'The station, by its identity; needed only when the daemon has several.',
};
const json: OptionRow = { name: 'json', type: 'boolean', description: 'Answer in JSON, also when it is refused.' };
const dryRun: OptionRow = { name: 'dry-run', type: 'boolean', description: 'Only say what would happen.' };
const config: OptionRow = {
  name: 'config',
  type: 'string',
  value: 'FILE',
  description:
    'The configuration file in YAML (else KERBSIDE_CONFIG, else kerbside.yaml in the data folder, if there is one).',
};
const identity: OptionRow = {
  name: 'identity',
  type: 'string',
  value: 'TEXT',
  description:
    'The identity of the station at its backend, for this run; with --stations a template such as SIM{n:04}.',
};
const stations: OptionRow = {
  name: 'stations',
  type: 'string',
  value: 'N',
  description: 'Run so many stations that differ only in their identities (default SIM0001, SIM0002 …), for this run.',
};
const backend: OptionRow = {
  name: 'backend',
  type: 'string',
  value: 'URL',
  description: 'The address of the backend without the identity, for this run: ws(s)://host[:port]/path.',
};
const evses: OptionRow = {
  name: 'evses',
  type: 'string',
  value: 'N',
  description: 'How many charging points a simulated station has (default 2).',
};

/** Every command, in the order of the help. Nothing of a command is loaded before it is called. */
export const commands: readonly CommandRow[] = [
  {
    name: 'run',
    summary: 'run the daemon: the stations, their backend links and the HTTP API',
    usage: [
      'run --driver socket:/run/evse-driver/driver.sock',
      'run --simulate --backend ws://localhost:9000/ocpp --identity CP-1',
      'run --simulate --backend ws://localhost:9000/ocpp --stations 1000',
    ],
    description: [
      'Runs in the foreground until SIGTERM or SIGINT, and then stops in order; a second signal ends it at once.',
      'With a configuration that cannot be used it comes up in safe mode: the API shows the problems and no station runs.',
      'Logs to standard output: lines for people on a terminal, otherwise JSON, one object a line (log.level says how much).',
    ],
    options: [
      data,
      config,
      {
        name: 'driver',
        type: 'string',
        value: 'WHICH',
        description:
          'The hardware: simulator, or socket:PATH of a driver process; {identity} in PATH is the station (else KERBSIDE_DRIVER).',
      },
      { name: 'simulate', type: 'boolean', description: 'Short for --driver simulator.' },
      evses,
      backend,
      identity,
      stations,
    ],
    examples: ['kerbside run --simulate --backend wss://csms.example.com/ocpp --identity "DE-KRB-0001"'],
    load: async () => ({ run: (await import('./run-command.ts')).runDaemon }),
  },
  {
    name: 'demo',
    summary: 'see it work: a simulated station, a backend inside, and a story of two cars',
    usage: ['demo'],
    description: [
      'Starts a strict OCPP backend on this machine and a simulated station with two connectors, and prints what they say.',
      'Ctrl-C ends it and prints the ledger of the backend. In another terminal, `kerbside sim --data .kerbside/demo …` joins in.',
    ],
    options: [
      { ...data, description: 'The data folder (default ./.kerbside/demo).' },
      {
        name: 'quiet-hardware',
        type: 'boolean',
        description: 'Play no story: nothing happens until `kerbside sim` does it.',
      },
      { name: 'story', type: 'string', value: 'FILE', description: 'Play this scenario instead of the built-in one.' },
      evses,
    ],
    examples: ['kerbside demo', 'kerbside sim plug 1 --data .kerbside/demo'],
    load: async () => ({ run: (await import('./demo-command.ts')).runDemo }),
  },
  {
    name: 'check',
    summary: 'check configuration file, environment and data folder, and print the final backend address',
    usage: ['check [--config FILE] [--data DIR]'],
    description: [
      'Starts nothing and sends nothing. Give it the options that `run` will get. Ends with 6 when something cannot be used.',
    ],
    options: [data, config, backend, identity, stations, json],
    examples: ['kerbside check --config /etc/kerbside/kerbside.yaml'],
    load: async () => ({ run: (await import('./check-command.ts')).runCheck }),
  },
  {
    name: 'doctor',
    summary: 'look at every step of the way to the backend, and say what to do about the one that fails',
    usage: ['doctor', 'doctor --backend wss://csms.example.com/ocpp --identity CP-1'],
    description: [
      'DNS, TCP, TLS, WebSocket, sub-protocol, BootNotification: each with its time, a remedy, and a line to copy.',
      'While a daemon runs in the data folder it looks itself and is not disturbed: an open link stays, and tells the last steps;',
      'a station that is not connected tries at once and is watched. Without a daemon the doctor connects by itself, with the',
      'settings that `run` would take, sends one BootNotification in the name of the station, and closes the connection again.',
      'Ends with 0 when nothing failed, otherwise with the code of the step (20 to 27, see `kerbside help`).',
    ],
    options: [
      data,
      config,
      station,
      backend,
      identity,
      {
        name: 'disconnect',
        type: 'boolean',
        description: 'Let a station that is connected connect anew, and watch that; nothing is lost by it.',
      },
      { name: 'verbose', type: 'boolean', description: 'Show certificates and the line to copy of every step.' },
      json,
    ],
    examples: ['kerbside doctor', 'kerbside doctor --json | jq .steps[].technical'],
    load: async () => ({ run: (await import('./doctor-command.ts')).runDoctor }),
  },
  {
    name: 'config',
    summary: 'read and change parameters',
    usage: [
      'config list [WORD]                all parameters, or those that contain a word',
      'config get NAME…                  the value as it is set',
      'config set NAME VALUE             change one',
      'config set NAME=VALUE…            change several together, all or nothing',
      'config set NAME --stdin           take the value from standard input (for secrets)',
      'config set NAME --file FILE       take the value from a file (for secrets)',
      'config reset NAME…                give them their defaults back',
      'config explain NAME               every place that has a value, the strongest first',
      'config diff [FILE]                what differs from the factory, or what importing FILE would change',
      'config export [FILE]              all settings as JSON, without secrets',
      'config import FILE                take settings over; - is standard input',
      'config history                    the last 200 changes',
      'config apply                      apply a staged backend address',
    ],
    description: [
      'A parameter is named by its id (backend.host) or by its OCPP key (HeartbeatInterval), in any letter case;',
      'BackendUrl stands for protocol, host, port and path together. docs/parameters.md describes them all.',
      'A new backend address is staged until `config apply`, and has to prove itself; otherwise the last good one returns.',
    ],
    options: [
      data,
      station,
      json,
      dryRun,
      { name: 'stdin', type: 'boolean', description: 'set: take the value from standard input.' },
      { name: 'file', type: 'string', value: 'FILE', description: 'set: take the value from a file.' },
      {
        name: 'categories',
        type: 'string',
        value: 'LIST',
        description: 'export: only these categories, such as backend,metering.',
      },
      {
        name: 'confirmed',
        type: 'boolean',
        description: 'apply: also while a transaction runs or facts wait for the old backend.',
      },
    ],
    examples: [
      'kerbside config set BackendUrl=wss://csms.example.com/ocpp backend.identity=CP-1 backend.communicationType=auto',
      'kerbside config apply',
      'kerbside config set backend.authorizationKey --file /run/secrets/key',
      'kerbside config set MeterValueSampleInterval=60 HeartbeatInterval=300',
    ],
    load: async () => ({ run: (await import('./config-command.ts')).runConfig }),
  },
  {
    name: 'sim',
    summary: 'play with simulated hardware: cars, cards, faults, the link, the power',
    usage: [
      'sim ACTION [VALUES…]              one action; the list is below',
      'sim do JSON                       one action as JSON; - is standard input',
      'sim play FILE                     play a scenario file; Ctrl-C ends it',
    ],
    description: ['What an action needs is given in its order; everything else by options.'],
    options: [
      data,
      station,
      json,
      { name: 'once', type: 'boolean', description: 'play: do not begin again at the end.' },
    ],
    examples: [
      'kerbside sim plug 1',
      'kerbside sim card 04AABBCC --evse 1',
      'kerbside sim fault 1 groundFailure on',
      'kerbside sim link down',
      'kerbside sim power-cycle',
    ],
    more: async () => (await import('./sim-help.ts')).simHelp(),
    load: async () => ({ run: (await import('./sim-command.ts')).runSim }),
  },
  {
    name: 'driver-check',
    summary: 'check whether a hardware driver keeps its contract',
    usage: ['driver-check socket:PATH'],
    description: [
      'Connects as a station would and runs the cases of the contract (docs/drivers.md) one after another; stop the daemon first.',
      'Cases that need a vehicle play one where the driver offers `simulate`; at real hardware they are skipped without --with-vehicle.',
      'Ends with 1 when a case failed, or when the driver does not answer.',
    ],
    options: [
      { name: 'evse', type: 'string', value: 'N', description: 'The charging point that is checked (default 1).' },
      {
        name: 'with-vehicle',
        type: 'boolean',
        description: 'A vehicle, or a test box that stands for one, is plugged in: power is switched on and off.',
      },
      {
        name: 'only',
        type: 'string',
        value: 'LIST',
        description: 'Only these cases, such as heartbeat,version-major.',
      },
      { name: 'list', type: 'boolean', description: 'Only name the cases.' },
      json,
    ],
    examples: [
      'kerbside driver-check socket:/run/evse-driver/driver.sock',
      'kerbside driver-check ./driver.sock --only heartbeat',
    ],
    load: async () => ({ run: (await import('./driver-check-command.ts')).runDriverCheckCommand }),
  },
  {
    name: 'status',
    summary: 'show what the stations are doing',
    usage: ['status [--station NAME]'],
    description: ['Also shows why a station is not ready, and the problems of safe mode.'],
    options: [data, station, json],
    examples: ['kerbside status', 'kerbside status --json | jq .link'],
    load: async () => ({ run: (await import('./status-command.ts')).runStatus }),
  },
  {
    name: 'version',
    summary: 'print the version',
    usage: ['version'],
    description: [],
    options: [json],
    examples: [],
    load: async () => ({ run: (await import('./version-command.ts')).runVersion }),
  },
  {
    name: 'help',
    summary: 'show this, or the help of a command',
    usage: ['help [COMMAND]'],
    description: [],
    options: [],
    examples: ['kerbside help sim'],
    load: async () => ({ run: (await import('./help-command.ts')).runHelp }),
  },
];
