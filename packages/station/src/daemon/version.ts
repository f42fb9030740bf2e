/** The version of Kerbside; a test holds it equal to package.json, which a single file does not have beside it. */
export const version = '0.1.0';
