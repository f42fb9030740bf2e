import { fields, text, texts } from './data.ts';
import type { LaterRoute, OpenedView } from '../sessions/deps.ts';
import { element } from './dom.ts';
import { Feed, type FeedState } from './feed.ts';
import { Format } from './format.ts';
import { hashOf, routeOf, type Route } from './route.ts';
import { StationApi } from './station-api.ts';
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
const verify = element('a', { href: hashOf({ kind: 'verify' }), class: 'soft' }, words.verify);
const version = element('span', { class: 'version' });
let feed: Feed | null = null;

/** What the page shows now. */
interface Shown {
  readonly stations: StationsView;
  readonly station: StationView | null;
  readonly problems: HTMLElement;
  /** What was loaded later; null until it is there, and where nothing is to be loaded. */
  later: OpenedView | null;
}

/** What the address names. */
function wanted(): Route {
  return routeOf(location.hash);
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
  const route = wanted();
  forget.hidden = token === null;
  banner.textContent = '';
  delete banner.dataset['state'];
  if (route.kind === 'verify') {
    const view = element('div', {});
    content.replaceChildren(view);
    void openLater(route, '', view);
  } else if (token === null) {
    content.replaceChildren(tokenForm(words, wrong, useToken));
  } else {
    show(route, token);
  }
}

function show(route: Exclude<Route, { readonly kind: 'verify' }>, token: string): void {
  const shown: Shown = {
    stations: new StationsView(words),
    station:
      route.kind === 'station'
        ? new StationView(words, format, route.station, new StationApi(token, route.station))
        : null,
    problems: element('div', {}),
    later: null,
  };
  const view = element('div', {}, shown.station?.root ?? shown.stations.root);
  content.replaceChildren(shown.problems, view);
  if (route.kind === 'sessions' || route.kind === 'session')
    void openLater(route, token, view).then((later) => (shown.later = later));
  follow(token, route.kind === 'stations' ? null : route.station, shown);
}

/** Opens a view whose code is loaded only now; null when it could not be loaded. */
async function openLater(route: LaterRoute, token: string, place: HTMLElement): Promise<OpenedView | null> {
  place.replaceChildren();
  try {
    const { openView } = await import('../sessions/open-sessions.ts');
    const view = openView(route, navigator.language, token);
    place.replaceChildren(view.root);
    return view;
  } catch {
    // The daemon was updated since this page was opened, or is gone.
    place.replaceChildren(element('p', { class: 'warning', role: 'alert' }, words.reload));
    return null;
  }
}

function follow(token: string, station: string | null, shown: Shown): void {
  tell('connecting');
  feed = new Feed({ token, station, onState: tell, onEvent: (name, data) => take(shown, name, data) });
  void feed.run();
}

function take(shown: Shown, name: string, data: unknown): void {
  if (name === 'process') takeProcess(shown, data);
  else if (name === 'summary') shown.stations.show(data);
  else if (name === 'station') takeStation(shown, data);
  else if (name === 'message') shown.station?.messages.add(data);
}

function takeStation(shown: Shown, data: unknown): void {
  shown.station?.show(data);
  shown.later?.refresh?.(fields(data));
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
  if (only !== undefined && stations.length === 1 && wanted().kind === 'stations')
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
document.body.replaceChildren(element('nav', {}, home, version, banner, verify, forget), content);
takeToken();
open(false);
