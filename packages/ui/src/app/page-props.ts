/** What a page gets. */
export interface PageProps {
  /** The station that it is about; '' for a page of the process. */
  readonly station: string;
}
