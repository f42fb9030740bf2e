import { fields, text, texts } from './data.ts';
import { element } from './dom.ts';
import { Feed, type FeedState } from './feed.ts';
import { Format } from './format.ts';
import { StationView } from './station-view.ts';
import { StationsView } from './stations-view.ts';
import { textsOf } from './texts.ts';
import { tokenForm } from './token-form.ts';

const tokenKey = 'kerbside-token';
const words = textsOf(navigator.language);
const format = new Format(navigator.language, words);

const banner = element('p', { class: 'banner', role: 'status' });
const content = element('main', {});
const forget = element('button', { type: 'button' }, words.forget);
const home = element('a', { href: '#/' }, 'Kerbside');
const version = element('span', { class: 'version' });
let feed: Feed | null = null;

/** What the page shows now. */
interface Shown {
  readonly stations: StationsView;
  readonly station: StationView | null;
  readonly problems: HTMLElement;
}

/** The station that the address names; null = the list. */
function wantedStation(): string | null {
  const name = /^#\/(.+)$/.exec(location.hash)?.[1];
  return name === undefined ? null : decodeURIComponent(name);
}

/** `#token=…` brings the token along, as the address that the daemon prints does; it does not stay in the address. */
function takeToken(): void {
  const token = /^#token=([\w.~-]+)$/.exec(location.hash)?.[1];
  if (token === undefined) return;
  sessionStorage.setItem(tokenKey, token);
  history.replaceState(null, '', location.pathname);
}

function open(wrong: boolean): void {
  feed?.stop();
  feed = null;
  const token = sessionStorage.getItem(tokenKey);
  forget.hidden = token === null;
  if (token === null) {
    banner.textContent = '';
    content.replaceChildren(tokenForm(words, wrong, useToken));
    return;
  }
  const name = wantedStation();
  const shown: Shown = {
    stations: new StationsView(words),
    station: name === null ? null : new StationView(words, format),
    problems: element('div', {}),
  };
  content.replaceChildren(shown.problems, shown.station?.root ?? shown.stations.root);
  follow(token, name, shown);
}

function follow(token: string, station: string | null, shown: Shown): void {
  tell('connecting');
  feed = new Feed({ token, station, onState: tell, onEvent: (name, data) => take(shown, name, data) });
  void feed.run();
}

function take(shown: Shown, name: string, data: unknown): void {
  if (name === 'process') takeProcess(shown, data);
  else if (name === 'summary') shown.stations.show(data);
  else if (name === 'station') shown.station?.show(data);
  else if (name === 'message') shown.station?.messages.add(data);
}

function takeProcess(shown: Shown, data: unknown): void {
  const process = fields(data);
  const stations = texts(process['stations']);
  const problems = texts(process['problems']);
  version.textContent = text(process['version']);
  shown.problems.replaceChildren(
    ...(problems.length === 0 ? [] : [element('p', { class: 'warning' }, words.safeMode)]),
    ...problems.map((problem) => element('p', { class: 'warning' }, problem)),
  );
  shown.stations.place(stations);
  const [only] = stations;
  home.textContent = stations.length > 1 ? words.all : 'Kerbside';
  // Whoever has one station wants to see that one.
  if (only !== undefined && stations.length === 1 && wantedStation() === null)
    location.replace(`#/${encodeURIComponent(only)}`);
}

function tell(state: FeedState): void {
  const sentences: Readonly<Record<FeedState, string>> = {
    connecting: words.connecting,
    live: words.live,
    lost: words.lost,
    unauthorized: words.tokenWrong,
    tooMany: words.tooMany,
    unknownStation: words.lost,
  };
  banner.textContent = sentences[state];
  banner.dataset['state'] = state;
  if (state === 'unauthorized') {
    sessionStorage.removeItem(tokenKey);
    open(true);
  }
  // A station that was renamed or taken away: the list shows what there is.
  if (state === 'unknownStation') location.replace('#/');
}

function useToken(token: string): void {
  sessionStorage.setItem(tokenKey, token);
  open(false);
}

forget.addEventListener('click', () => {
  sessionStorage.removeItem(tokenKey);
  open(false);
});
addEventListener('hashchange', () => {
  takeToken();
  open(false);
});
document.documentElement.lang = /^de\b/i.test(navigator.language) ? 'de' : 'en';
document.body.replaceChildren(element('nav', {}, home, version, banner, forget), content);
takeToken();
open(false);
