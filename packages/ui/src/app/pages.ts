import type { ComponentType } from 'preact';

import type { IconName } from '../parts/icon.tsx';
import type { Role } from '../net/shapes.ts';
import type { PageProps } from './page-props.ts';
import type { Localized } from '../words/dictionary.ts';

/** One page: its place in the menu, and how its code is loaded when it is opened first. */
export interface PageRow {
  /** Its word in the address. */
  readonly id: string;
  readonly of: 'station' | 'process';
  readonly icon: IconName;
  readonly title: Localized;
  /** Who sees it in the menu; the daemon decides anyway what a person may read and do. */
  readonly for: Role;
  /** Not in the menu: reached from another page. */
  readonly hidden?: true;
  readonly load: () => Promise<ComponentType<PageProps>>;
}

/** Every page, in the order of the menu. */
export const pages: readonly PageRow[] = [
  {
    id: 'status',
    of: 'station',
    icon: 'pulse',
    title: { en: 'Status', de: 'Status' },
    for: 'viewer',
    load: async () => (await import('../pages/status/status-page.tsx')).StatusPage,
  },
  {
    id: 'backend',
    of: 'station',
    icon: 'cloud',
    title: { en: 'Backend', de: 'Backend' },
    for: 'viewer',
    load: async () => (await import('../pages/backend/backend-page.tsx')).BackendPage,
  },
  {
    id: 'sessions',
    of: 'station',
    icon: 'list',
    title: { en: 'Sessions', de: 'Ladevorgänge' },
    for: 'operator',
    load: async () => (await import('../pages/sessions/sessions-page.tsx')).SessionsPage,
  },
  {
    id: 'authorization',
    of: 'station',
    icon: 'card',
    title: { en: 'Authorization', de: 'Berechtigung' },
    for: 'operator',
    load: async () => (await import('../pages/authorization/authorization-page.tsx')).AuthorizationPage,
  },
  {
    id: 'certificates',
    of: 'station',
    icon: 'certificate',
    title: { en: 'Certificates', de: 'Zertifikate' },
    for: 'viewer',
    load: async () => (await import('../pages/certificates/certificates-page.tsx')).CertificatesPage,
  },
  {
    id: 'firmware',
    of: 'station',
    icon: 'chip',
    title: { en: 'Firmware', de: 'Firmware' },
    for: 'viewer',
    load: async () => (await import('../pages/firmware/firmware-page.tsx')).FirmwarePage,
  },
  {
    id: 'diagnostics',
    of: 'station',
    icon: 'search',
    title: { en: 'Diagnostics', de: 'Diagnose' },
    for: 'viewer',
    load: async () => (await import('../pages/diagnostics/diagnostics-page.tsx')).DiagnosticsPage,
  },
  {
    id: 'stations',
    of: 'process',
    icon: 'plug',
    title: { en: 'Stations', de: 'Stationen' },
    for: 'viewer',
    load: async () => (await import('../pages/stations/stations-page.tsx')).StationsPage,
  },
  {
    id: 'parameters',
    of: 'station',
    icon: 'sliders',
    title: { en: 'Settings', de: 'Einstellungen' },
    for: 'viewer',
    load: async () => (await import('../pages/parameters/parameters-page.tsx')).ParametersPage,
  },
  {
    id: 'users',
    of: 'process',
    icon: 'people',
    title: { en: 'Users', de: 'Benutzer' },
    for: 'viewer',
    load: async () => (await import('../pages/users/users-page.tsx')).UsersPage,
  },
  {
    id: 'verify',
    of: 'process',
    icon: 'certificate',
    title: { en: 'Verify a record', de: 'Datensatz prüfen' },
    for: 'viewer',
    load: async () => (await import('../pages/sessions/verify-page.tsx')).VerifyPage,
  },
  {
    id: 'documentation',
    of: 'process',
    icon: 'book',
    title: { en: 'Documentation', de: 'Dokumentation' },
    for: 'viewer',
    load: async () => (await import('../pages/documentation/documentation-page.tsx')).DocumentationPage,
  },
];

/** The page of that name. */
export function pageOf(of: PageRow['of'], id: string): PageRow | undefined {
  return pages.find((page) => page.of === of && page.id === id);
}
