import type { JSX } from 'preact';

import type { PageProps } from '../../app/page-props.ts';
import { stationPath } from '../../net/api.ts';
import { WhenLoaded } from '../../parts/loading.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import type { CertificateShape } from '../../net/shapes.ts';
import { useLoaded } from '../../state/loaded.ts';
import { OwnCertificate } from './own-certificate.tsx';
import { Roots, type Root } from './roots.tsx';
import { words } from './words.ts';

interface Certificates {
  readonly own: CertificateShape | null;
  readonly awaited: boolean;
  readonly roots: readonly Root[];
  readonly problems: readonly string[];
}

/** The station's own certificate, and whom it trusts. */
export function CertificatesPage({ station }: PageProps): JSX.Element {
  const w = words();
  const certificates = useLoaded<Certificates>(stationPath(station, '/certificates'));
  return (
    <Page title={w.title}>
      <WhenLoaded of={certificates}>
        {({ own, awaited, roots, problems }) => (
          <>
            {problems.map((problem) => (
              <Notice key={problem} tone="warn" title={problem} />
            ))}
            <OwnCertificate station={station} own={own} awaited={awaited} onChange={() => void certificates.reload()} />
            <Roots station={station} roots={roots} onChange={() => void certificates.reload()} />
          </>
        )}
      </WhenLoaded>
    </Page>
  );
}
