import type { Handler } from './handler.ts';

/** CertificateSigned (OCPP 1.6 security whitepaper 5.2, S-09). */
export const certificateSigned: Handler<'CertificateSigned'> = async (request, commands) => {
  const answer = await commands.stationCertificate.signed(request.certificateChain);
  return { payload: { status: answer === 'accepted' ? 'Accepted' : 'Rejected' } };
};
