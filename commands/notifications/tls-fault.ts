/** What Node says of a certificate that it does not trust, other than by the beginnings below (OpenSSL's X509_V_ERR_*). */
const untrusted = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'ERR_TLS_HANDSHAKE_TIMEOUT',
  'ERR_TLS_DH_PARAM_SIZE',
]);
const untrustedLike = /^(CERT_|ERR_TLS_CERT_)/;
/** Node gives this one the code of a connection that ends at any time. */
const endedEarly = 'before secure TLS connection was established';

/**
 * Whether no encrypted connection came about, so that nothing was said on one. Other faults of TLS, as that a record cannot
 * be read, may come when something has left already, and are none of these.
 */
export function neverEncrypted(error: Error): boolean {
  if (error.message.includes(endedEarly)) return true;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return untrusted.has(code) || untrustedLike.test(code);
}
