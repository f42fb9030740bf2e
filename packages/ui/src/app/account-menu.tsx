import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

import { Icon } from '../parts/icon.tsx';
import { session, signOut } from '../state/session.ts';
import { chooseLanguage, language, type Language } from '../words/language.ts';
import { words } from './app-words.ts';
import { route } from './route.ts';
import { chooseTheme, theme, type Theme } from './theme.ts';

const languages: readonly (readonly [Language, string])[] = [
  ['en', 'English'],
  ['de', 'Deutsch'],
];
const themes: readonly Theme[] = ['auto', 'light', 'dark'];

/** Who has signed in, the language, and how the page looks. */
export function AccountMenu(): JSX.Element {
  const w = words();
  const menu = useRef<HTMLDetailsElement>(null);
  // It covers the page: whatever is done elsewhere closes it.
  useEffect(() => {
    const close = (event: Event): void => {
      if (menu.current !== null && !menu.current.contains(event.target as Node)) menu.current.open = false;
    };
    document.addEventListener('pointerdown', close);
    return () => document.removeEventListener('pointerdown', close);
  }, []);
  useEffect(() => {
    if (menu.current !== null) menu.current.open = false;
  }, [route.value]);
  const info = session.value;
  const user = info?.signedIn === true ? (info.user ?? '') : '';
  return (
    <details
      class="account"
      ref={menu}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && menu.current !== null) menu.current.open = false;
      }}
    >
      <summary>
        <Icon name="person" /> <span class="unseen-narrow">{user === '' ? w.language : user}</span>
      </summary>
      <div class="account-panel">
        {info?.role && user !== '' && (
          <p>
            {w.signedInAs(user)}
            <br />
            <span class="soft">{w.roles[info.role]}</span>
          </p>
        )}
        <label>
          {w.language}
          <select value={language.value} onChange={(event) => chooseLanguage(event.currentTarget.value as Language)}>
            {languages.map(([id, name]) => (
              <option key={id} value={id} lang={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          {w.theme}
          <select value={theme.value} onChange={(event) => chooseTheme(event.currentTarget.value as Theme)}>
            {themes.map((id) => (
              <option key={id} value={id}>
                {w.themes[id]}
              </option>
            ))}
          </select>
        </label>
        {user !== '' && (
          <button type="button" class="button" onClick={() => void signOut()}>
            {w.signOut}
          </button>
        )}
      </div>
    </details>
  );
}
