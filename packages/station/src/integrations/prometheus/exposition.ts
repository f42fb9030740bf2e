/** The labels of a sample; their names are words of ours, their values may be anything. */
export type Labels = Readonly<Record<string, string | number>>;

/** One line of a family; `suffix` is for histograms, such as `_bucket`. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
  readonly suffix?: '_bucket' | '_sum' | '_count';
}

/** Samples under one name. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: readonly Sample[];
}

/** Writes families in Prometheus' text format 0.0.4; those without samples are left out. */
export function exposition(families: readonly MetricFamily[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, help, type, samples }) => {
      const head = `# HELP ${name} ${escapedHelp(help)}\n# TYPE ${name} ${type}\n`;
      return head + samples.map((sample) => `${line(name, sample)}\n`).join('');
    })
    .join('');
}

function line(name: string, { labels, value, suffix }: Sample): string {
  const words = Object.entries(labels).map(([label, text]) => `${label}="${escapedLabel(String(text))}"`);
  return `${name}${suffix ?? ''}${words.length === 0 ? '' : `{${words.join(',')}}`} ${numberText(value)}`;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}

function escapedHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapedLabel(text: string): string {
  return escapedHelp(text).replaceAll('"', '\\"');
}
