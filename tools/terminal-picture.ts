import { stdin } from 'node:process';
import { stripVTControlCharacters } from 'node:util';

/**
 * Turns what a program printed into an SVG picture of a terminal, for the README:
 * `npx kerbside demo | head -40 | node tools/terminal-picture.ts > docs/images/running.svg`
 */
const lineHeight = 18;
const charWidth = 7.8;
const margin = 16;

let text = '';
for await (const chunk of stdin) text += String(chunk);
const lines = stripVTControlCharacters(text).trimEnd().split('\n');
const columns = Math.max(...lines.map((line) => line.length));
const width = Math.ceil(columns * charWidth + 2 * margin);
const height = lines.length * lineHeight + 2 * margin;

function escapeText(line: string): string {
  return line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Lines of the wire, of the world outside and of the program itself are told apart by colour. */
function colourOf(line: string): string {
  if (line.includes('→')) return '#7dd3fc';
  if (line.includes('←')) return '#a7f3d0';
  if (line.startsWith('──')) return '#fcd34d';
  return '#e5e7eb';
}

const rows = lines.map((line, index) => {
  const y = margin + (index + 1) * lineHeight - 5;
  return `<text x="${margin}" y="${y}" fill="${colourOf(line)}" xml:space="preserve">${escapeText(line)}</text>`;
});
console.log(
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    '<title>kerbside demo in a terminal</title>',
    '<rect width="100%" height="100%" rx="8" fill="#111827"/>',
    '<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13">',
    ...rows,
    '</g>',
    '</svg>',
  ].join('\n'),
);
