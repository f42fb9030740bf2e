/** How the readable description of the API looks; it needs no script and nothing from elsewhere. */
export const apiReferenceStyle = `:root { color-scheme: light dark; --ink: light-dark(#1b2228, #e8ecef); --quiet: light-dark(#4a565f, #b3bec6);
  --paper: light-dark(#ffffff, #14181b); --line: light-dark(#d5dbe0, #39434a); --link: light-dark(#0b5a8c, #7cc4f2); }
body { margin: 0 auto; max-width: 62rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
a { color: var(--link); }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; padding: 0; list-style: none; }
nav a { display: inline-block; min-height: 2.75rem; line-height: 2.75rem; }
h3 code { overflow-wrap: anywhere; }
article { border-top: 1px solid var(--line); padding-top: 0.5rem; }
h4 { margin-bottom: 0.25rem; color: var(--quiet); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid var(--line); }
td { overflow-wrap: anywhere; }
`;
