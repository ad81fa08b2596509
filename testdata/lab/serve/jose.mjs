// A client that verifies as jose has it: node jose.mjs JWKS ISSUER AUDIENCE.
// It keeps the set of keys from token to token. A token a line on stdin; for each, a
// line with its kid and sub, or with the code of the error.
import { createInterface } from 'node:readline';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const [jwks, issuer, audience] = process.argv.slice(2);
// By itself it fetches the set at most every 30 seconds, and until then knows no new key.
const keys = createRemoteJWKSet(new URL(jwks), { cooldownDuration: 0 });
for await (const line of createInterface({ input: process.stdin })) {
  try {
    const { payload, protectedHeader } = await jwtVerify(line.trim(), keys, { issuer, audience });
    console.log(protectedHeader.kid, payload.sub);
  } catch (e) {
    console.log(e.code);
  }
}
