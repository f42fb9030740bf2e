import { signal } from '@preact/signals';

/** Light, dark, or as the device has it. */
export type Theme = 'auto' | 'light' | 'dark';

const kept = 'kerbside-theme';
const themes: readonly Theme[] = ['auto', 'light', 'dark'];

/** The chosen theme. */
export const theme = signal<Theme>(themes.find((one) => one === globalThis.localStorage?.getItem(kept)) ?? 'auto');

/** Chooses a theme, and remembers it in this browser. */
export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  localStorage.setItem(kept, chosen);
  showTheme();
}

/** Lets the page look as it is chosen; `light-dark()` in the style follows the colour scheme of the root. */
export function showTheme(): void {
  document.documentElement.style.colorScheme = theme.value === 'auto' ? 'light dark' : theme.value;
}
