/** A text that is not what it should be; the message is a sentence that says what is wrong with it. */
export class OcmfError extends Error {
  override readonly name = 'OcmfError';
}
